// The picture on a button or in a menu.

import { make } from "./dom.js";

/** Emoji of a guild's own have no picture here: their name stands for them. */
export function emoji(data) {
  if (!data) return null;
  return make("span", { class: "emoji", "aria-hidden": "true" }, data.id ? `:${data.name}:` : data.name);
}
