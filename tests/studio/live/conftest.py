"""What these tests share with those of the wing below."""

from __future__ import annotations

from deploy.live.conftest import fake, film
