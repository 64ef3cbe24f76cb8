// A menu of a message: one or several values, by mouse or by keys.

import { icon, make } from "./dom.js";
import { emoji } from "./emoji.js";
import { guild, people, person } from "./store.js";

const STRING = 3;
let open = null;

document.addEventListener("click", (event) => {
  if (open && !open.root.contains(event.target)) open.close();
});

/** Options of members, roles and channels come from the open guild. */
function optionsOf(data) {
  const place = guild();
  const entry = (one) => ({ label: one.name, value: one.id });
  switch (data.type) {
    case 5:
      return [...people(), person(place.bot_user_id)].map(entry);
    case 6:
      return place.roles.map(entry);
    case 7:
      return [...people().map(entry), ...place.roles.map(entry)];
    case 8:
      return place.channels.map(entry);
    default:
      return data.options;
  }
}

/** `choose(element, values)` is called with what was chosen, when it was. */
export const selectMenu = (data, choose) => new SelectMenu(data, choose).root;

class SelectMenu {
  constructor(data, choose) {
    this.data = data;
    this.choose = choose;
    this.options = optionsOf(data);
    this.most = Math.min(data.max_values ?? 1, this.options.length);
    this.least = data.min_values ?? 1;
    this.several = this.most > 1 || this.least === 0;
    this.sent = this.options.filter((one) => one.default && data.type === STRING).map((one) => one.value);
    this.chosen = new Set(this.sent);
    this.build();
    this.paint();
  }

  build() {
    this.rows = this.options.map((one) => this.row(one));
    this.list = make(
      "ul",
      { class: "menu-list", role: "listbox", "aria-multiselectable": this.several || null, hidden: true },
      ...this.rows,
    );
    if (this.several) {
      const attributes = { type: "button", class: "button button-primary", onclick: () => this.finish() };
      this.done = make("button", attributes, "Done");
      this.list.append(make("li", { role: "presentation" }, this.done));
    }
    this.face = make("button", {
      type: "button",
      class: "menu-face",
      disabled: this.data.disabled,
      "data-custom-id": this.data.custom_id,
      "aria-haspopup": "listbox",
      "aria-expanded": "false",
      onclick: () => (this.list.hidden ? this.show() : this.close()),
    });
    this.root = make("div", { class: "menu", onkeydown: (event) => this.keyed(event) }, this.face, this.list);
  }

  row(one) {
    const words = make("span", { class: "menu-words" }, make("b", {}, one.label));
    if (one.description) words.append(make("small", {}, one.description));
    return make(
      "li",
      { role: "option", tabindex: "-1", "data-value": one.value, onclick: () => this.pick(one.value) },
      emoji(one.emoji),
      words,
      make("span", { class: "tick", "aria-hidden": "true" }),
    );
  }

  paint() {
    const labels = this.options.filter((one) => this.chosen.has(one.value)).map((one) => one.label);
    const words = labels.join(", ") || this.data.placeholder || "Make a selection";
    this.face.replaceChildren(make("span", { class: labels.length ? "" : "is-placeholder" }, words), icon("down"));
    for (const row of this.rows) row.setAttribute("aria-selected", String(this.chosen.has(row.dataset.value)));
  }

  show() {
    open?.close();
    open = this;
    this.list.hidden = false;
    this.face.setAttribute("aria-expanded", "true");
    (this.rows.find((row) => this.chosen.has(row.dataset.value)) ?? this.rows[0])?.focus();
    this.list.scrollIntoView({ block: "nearest" });
  }

  /** What was chosen and not sent is forgotten. */
  close() {
    this.list.hidden = true;
    this.face.setAttribute("aria-expanded", "false");
    if (open === this) open = null;
    this.chosen = new Set(this.sent);
    this.paint();
  }

  pick(value) {
    if (!this.several) this.chosen = new Set([value]);
    else if (!this.chosen.delete(value) && this.chosen.size < this.most) this.chosen.add(value);
    this.paint();
    if (!this.several) this.finish();
  }

  finish() {
    if (this.chosen.size < this.least) return;
    this.sent = this.options.map((one) => one.value).filter((value) => this.chosen.has(value));
    this.close();
    this.face.focus();
    this.choose(this.face, this.sent);
  }

  keyed(event) {
    if (this.list.hidden) {
      if (event.key === "ArrowDown") this.show();
      else return;
    } else if (event.key === "Tab") return this.close();
    else if (event.key === "Escape") {
      this.close();
      this.face.focus();
    } else if (!this.step(event.key)) {
      const row = this.rows.indexOf(document.activeElement);
      if (row < 0 || (event.key !== "Enter" && event.key !== " ")) return;
      this.pick(this.rows[row].dataset.value);
    }
    event.preventDefault();
    event.stopPropagation();
  }

  /** Moves the focus; false for a key that does not. */
  step(key) {
    const stops = this.done ? [...this.rows, this.done] : this.rows;
    const at = stops.indexOf(document.activeElement);
    const places = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: stops.length - 1 };
    if (!(key in places)) return false;
    stops[(places[key] + stops.length) % stops.length].focus();
    return true;
  }
}
