// Joints and bones on a canvas, in the colours of the page.

const dark = matchMedia("(prefers-color-scheme: dark)");

export const colours = {};
function readColours() {
  const style = getComputedStyle(document.documentElement);
  for (const name of ["left", "right", "body"]) colours[name] = style.getPropertyValue(`--${name}`).trim();
}
readColours();
const watchers = [];
dark.addEventListener("change", () => {
  readColours();
  watchers.forEach((draw) => draw());
});

// Call `draw` when light turns into dark, or back.
export const onColours = (draw) => watchers.push(draw);

// `joints`: x, y, x, y ... in the pen's units, null where not seen; `width`: of a bone, in them; `colour` instead of the sides'.
/** @param {string | null} [colour] */
export function drawSkeleton(pen, skeleton, joints, width, colour = null) {
  const { bones, sides, small, track } = skeleton;
  pen.lineCap = pen.lineJoin = "round";
  pen.lineWidth = width;
  for (const [from, to, side] of bones) {
    const [x, y, toX, toY] = [...at(joints, from), ...at(joints, to)];
    if (x === null || toX === null) continue;
    pen.strokeStyle = colour ?? colours[side];
    pen.beginPath();
    pen.moveTo(x, y);
    pen.lineTo(toX, toY);
    pen.stroke();
  }
  for (let joint = 0; joint < sides.length; joint += 1) {
    const [x, y] = at(joints, joint);
    if (x === null) continue;
    const radius = joint >= small[0] && joint < small[1] ? 0.3 : track ? 2 : 1.05;
    pen.fillStyle = colour ?? colours[sides[joint]];
    pen.beginPath();
    pen.arc(x, y, radius * width, 0, 2 * Math.PI);
    pen.fill();
  }
}

export const at = (joints, joint) => [joints[2 * joint], joints[2 * joint + 1]];
