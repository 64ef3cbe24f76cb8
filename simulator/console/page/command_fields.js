// A chosen command in the message box: its name and a field per option that is being filled in.

import { make } from "./dom.js";
import { descriptionOf, nameOf } from "./command_list.js";
import { ATTACHMENT, about, valueOf } from "./option_values.js";

const LARGEST_FILE = 256 * 1024;

/** One option's field. A picked offer is shown by its label and sent by its value, until it is typed over. */
export class Field {
  constructor(option) {
    this.option = option;
    this.picked = null;
    this.input = make("input", {
      type: option.type === ATTACHMENT ? "file" : "text",
      role: option.type === ATTACHMENT ? null : "combobox",
      "aria-expanded": option.type === ATTACHMENT ? null : "false",
      "aria-autocomplete": option.type === ATTACHMENT ? null : "list",
      "aria-label": `${nameOf(option)}, ${about(option)}`,
      size: 1,
      inputmode: option.type === 4 ? "numeric" : option.type === 10 ? "decimal" : null,
      spellcheck: "false",
      autocomplete: "off",
    });
    this.element = make(
      "label",
      { class: "field-pill", "data-option": option.name },
      make("span", { class: "field-name", "aria-hidden": "true" }, nameOf(option)),
      this.input,
    );
    this.input.field = this;
    this.input.addEventListener("input", () => {
      this.picked = null;
      this.fit();
      this.wrong(null);
    });
  }

  fit() {
    this.input.size = Math.min(48, Math.max(1, [...this.input.value].length));
  }

  get text() {
    return this.input.value;
  }

  get empty() {
    return this.option.type === ATTACHMENT ? this.input.files.length === 0 : this.text === "" && !this.picked;
  }

  type(text) {
    this.input.value = text;
    this.picked = null;
    this.fit();
  }

  choose(offer) {
    this.type(String(offer.label));
    this.picked = offer;
    this.wrong(null);
  }

  wrong(sentence) {
    this.element.classList.toggle("is-wrong", Boolean(sentence));
    this.input.setAttribute("aria-invalid", String(Boolean(sentence)));
    this.element.title = sentence ?? "";
  }

  /** {value}, {file}, {} when empty and optional, or {error}. */
  async read() {
    if (this.empty) return this.option.required ? { error: `${nameOf(this.option)} is required.` } : {};
    if (this.option.type === ATTACHMENT) return this.file();
    return this.picked ? { value: this.picked.value } : valueOf(this.option, this.text);
  }

  async file() {
    const [file] = this.input.files;
    if (file.size > LARGEST_FILE) return { error: "The console takes files of up to 256 KiB." };
    const attachment = { name: this.option.name, filename: file.name, content: await file.text() };
    return { value: this.option.name, file: { ...attachment, content_type: file.type || "text/plain" } };
  }
}

/** The fields of one chosen command, and buttons for the options that have none yet. */
export class CommandFields {
  constructor(entry, root, { added }) {
    this.entry = entry;
    this.root = root;
    this.added = added;
    this.fields = entry.options.filter((option) => option.required).map((option) => new Field(option));
    this.paint();
  }

  paint() {
    const missing = this.entry.options.filter((option) => !this.fields.some((field) => field.option === option));
    const more = missing.map((option) =>
      make(
        "button",
        {
          type: "button",
          class: "field-add",
          title: descriptionOf(option),
          "aria-label": `Add ${nameOf(option)}: ${descriptionOf(option)}`,
          onclick: () => this.added(this.add(option)),
        },
        `+ ${nameOf(option)}`,
      ),
    );
    this.root.replaceChildren(
      make("span", { class: "command-name" }, `/${this.entry.shown}`),
      ...this.fields.map((field) => field.element),
      ...more,
    );
  }

  add(option) {
    const field = new Field(option);
    this.fields.push(field);
    this.paint();
    return field;
  }

  drop(field) {
    this.fields = this.fields.filter((one) => one !== field);
    this.paint();
  }

  /** Pasted or typed "name: value name: value", or the first option's text alone. */
  typed(text) {
    const names = this.entry.options.map((option) => option.name.replace(/[^\w-]/g, ""));
    const parts = names.length ? text.split(new RegExp(`(?:^|\\s)(${names.join("|")}):\\s?`)) : [text];
    if (parts[0].trim() && this.entry.options.length) this.at(this.entry.options[0]).type(parts[0]);
    for (let index = 1; index < parts.length; index += 2) {
      this.at(this.entry.options.find((option) => option.name === parts[index])).type(parts[index + 1].trim());
    }
  }

  at(option) {
    return this.fields.find((field) => field.option === option) ?? this.add(option);
  }

  /** The order's {name, options, attachments}; null when a field is wrong, which is then marked and focused. */
  async read() {
    const options = {};
    const attachments = [];
    for (const field of this.fields) {
      const { value, file, error } = await field.read();
      field.wrong(error);
      if (error) {
        field.input.focus();
        return { error };
      }
      if (value !== undefined) options[field.option.name] = value;
      if (file) attachments.push(file);
    }
    return { order: { name: this.entry.line, options, attachments } };
  }

  /** What autocomplete is told: every field with text, the focused one as it stands. */
  partial(focused) {
    const filled = this.fields.filter(
      (field) => field === focused || (!field.empty && field.option.type !== ATTACHMENT),
    );
    const value = (field) => field.picked?.value ?? valueOf(field.option, field.text).value ?? field.text;
    return Object.fromEntries(
      filled.map((field) => [field.option.name, field === focused ? field.text : value(field)]),
    );
  }
}
