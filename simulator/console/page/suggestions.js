// The list above the message box: something to choose from, by arrows, Tab, Enter or mouse.

import { make } from "./dom.js";

export class Suggestions {
  /** `root` is the popup's element; the focused input is told by aria-activedescendant which item is meant. */
  constructor(root) {
    this.root = root;
    this.items = [];
    this.active = -1;
  }

  get open() {
    return !this.root.hidden;
  }

  /** Items {label, detail, note}; `eager` means that the first is chosen already. `pick(item)` is called with one. */
  show({ title, hint, items, eager, pick, input }) {
    this.release();
    this.items = items;
    this.pick = pick;
    this.input = input;
    const rows = items.map((item, index) =>
      make(
        "li",
        {
          role: "option",
          id: `suggestion-${index}`,
          "aria-selected": "false",
          onmousedown: (event) => {
            event.preventDefault();
            pick(item);
          },
          onmousemove: () => this.mark(index),
        },
        make("span", { class: "suggestion-label" }, ...[item.label].flat()),
        item.detail ? make("span", { class: "suggestion-detail" }, item.detail) : null,
      ),
    );
    this.list = make("ul", { role: "listbox", id: "suggestion-list", "aria-label": title }, ...rows);
    this.root.replaceChildren(
      make("p", { class: "suggestion-title" }, make("b", {}, title), hint ? make("span", {}, hint) : null),
      ...(rows.length ? [this.list] : []),
    );
    this.root.hidden = false;
    input.setAttribute("aria-expanded", "true");
    input.setAttribute("aria-controls", "suggestion-list");
    this.active = -1;
    if (eager && rows.length) this.mark(0);
  }

  mark(index) {
    this.list.children[this.active]?.setAttribute("aria-selected", "false");
    this.active = index;
    const row = this.list.children[index];
    row.setAttribute("aria-selected", "true");
    row.scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", row.id);
  }

  move(step) {
    if (!this.items.length) return;
    const from = this.active < 0 && step < 0 ? 0 : this.active;
    this.mark((from + step + this.items.length) % this.items.length);
  }

  /** Takes the marked item, or the first; false when there is none. */
  take({ firstToo }) {
    const item = this.items[this.active] ?? (firstToo ? this.items[0] : undefined);
    if (!this.open || !item) return false;
    this.pick(item);
    return true;
  }

  hide() {
    this.root.hidden = true;
    this.release();
    this.items = [];
    this.active = -1;
  }

  release() {
    this.input?.setAttribute("aria-expanded", "false");
    this.input?.removeAttribute("aria-activedescendant");
  }
}
