// Takes that the server has not acknowledged, in this browser's own store, so that a reload does not cost them.

const STORE = "takes";

export class TakeStore {
  // `id` is that of the data set: pages of others keep theirs beside.
  constructor(id) {
    this.id = id;
    // Where the store is not to be had (a private window), they last as long as the page.
    this.held = new Map();
    this.ready = open().catch(() => null);
  }

  // All that are here, the oldest first.
  async all() {
    const stored = (await this.run("readonly", (store) => store.getAll())) ?? [];
    const found = new Map([...stored, ...this.held.values()].filter(({ id }) => id === this.id).map((take) => [take.uuid, take]));
    return [...found.values()].sort((one, other) => one.at - other.at);
  }

  // Resolves when it is safe; whether it outlives a reload.
  async put(take) {
    const entry = { ...take, id: this.id, at: take.at ?? Date.now() };
    this.held.set(take.uuid, entry);
    const stored = await this.run("readwrite", (store) => store.put(entry));
    return stored !== null;
  }

  async remove(uuid) {
    this.held.delete(uuid);
    await this.run("readwrite", (store) => store.delete(uuid));
  }

  async run(mode, does) {
    const base = await this.ready;
    if (!base) return null;
    return new Promise((resolve) => {
      const deal = base.transaction(STORE, mode);
      const request = does(deal.objectStore(STORE));
      deal.oncomplete = () => resolve(request.result ?? true);
      deal.onerror = deal.onabort = () => resolve(null);
    });
  }
}

function open() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open("gesture_al", 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: "uuid" });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
