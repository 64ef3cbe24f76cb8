// On a narrow screen servers and channels lie in a drawer.

import { byId } from "./dom.js";

const narrow = matchMedia("(max-width: 720px)");

export function closeDrawer() {
  set(false);
}

function set(open) {
  const shut = narrow.matches && !open;
  const drawer = byId("drawer");
  if (shut && drawer.contains(document.activeElement)) byId("menu").focus();
  drawer.classList.toggle("is-open", open && narrow.matches);
  drawer.inert = shut;
  byId("shade").hidden = !(open && narrow.matches);
  byId("menu").setAttribute("aria-expanded", String(!shut && narrow.matches));
  if (open && narrow.matches) drawer.querySelector('[aria-current="page"]')?.focus();
}

export function startDrawer() {
  set(false);
  narrow.addEventListener("change", () => set(false));
  byId("menu").addEventListener("click", () => set(!byId("drawer").classList.contains("is-open")));
  byId("shade").addEventListener("click", () => set(false));
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && byId("drawer").classList.contains("is-open")) set(false);
  });
}
