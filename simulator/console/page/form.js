// A form the bot opened (a modal): fields in, one object of custom ids and values out.

import { make, notice } from "./dom.js";
import { markdown } from "./markdown.js";
import { guild, people } from "./store.js";

const ROW = 1,
  TEXT_INPUT = 4,
  TEXT_DISPLAY = 10,
  LABEL = 18;
const PARAGRAPH = 2;

/** `submit(fields)` returns the first response, null when the bot gave none. */
export function showForm(modal, submit) {
  const rows = modal.components.map(row);
  const failure = make("p", { class: "failure", role: "alert", hidden: true }, "Something went wrong. Try again.");
  const send = make("button", { class: "button button-primary", type: "submit" }, "Submit");
  const cancel = make(
    "button",
    { class: "button button-secondary", type: "button", onclick: () => dialog.close() },
    "Cancel",
  );
  const form = make(
    "form",
    { method: "dialog" },
    make("h2", { id: "form-title" }, modal.title),
    ...rows.map((one) => one.element),
    failure,
    make("div", { class: "form-end" }, cancel, send),
  );
  const dialog = make("dialog", { class: "form", "aria-labelledby": "form-title" }, form);
  dialog.addEventListener("close", () => dialog.remove());
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const fields = Object.fromEntries(rows.filter((one) => one.customId).map((one) => [one.customId, one.value()]));
    send.disabled = true;
    failure.hidden = true;
    try {
      if (await submit(fields)) dialog.close();
      else failure.hidden = false;
    } catch (error) {
      notice(error.message);
    } finally {
      send.disabled = false;
    }
  });
  document.body.append(dialog);
  dialog.showModal();
  form.querySelector("input, textarea, select")?.focus();
}

function row(data) {
  if (data.type === TEXT_DISPLAY) return { element: make("div", { class: "markdown" }, markdown(data.content)) };
  const inner = data.type === ROW ? data.components[0] : data.component;
  const label = data.type === LABEL ? data.label : inner.label;
  const field = inner.type === TEXT_INPUT ? textField(inner) : choiceField(inner);
  const element = make(
    "label",
    { class: "form-row" },
    make(
      "span",
      { class: "form-label" },
      label,
      inner.required === false ? null : make("b", { "aria-hidden": "true" }, " *"),
    ),
    data.description ? make("small", {}, data.description) : null,
    field.element,
  );
  return { element, customId: inner.custom_id, value: field.value };
}

function textField(data) {
  const element = make(data.style === PARAGRAPH ? "textarea" : "input", {
    name: data.custom_id,
    placeholder: data.placeholder,
    required: data.required !== false,
    minlength: data.min_length,
    maxlength: data.max_length ?? 4000,
  });
  element.value = data.value ?? "";
  return { element, value: () => element.value };
}

function choiceField(data) {
  const place = guild();
  const entry = (one) => ({ label: one.name, value: one.id });
  const sources = {
    5: () => people(),
    6: () => place.roles,
    7: () => [...people(), ...place.roles],
    8: () => place.channels,
  };
  const options = data.options ?? sources[data.type]?.().map(entry) ?? [];
  const element = make(
    "select",
    { name: data.custom_id, required: data.required !== false, multiple: (data.max_values ?? 1) > 1 },
    ...options.map((one) => make("option", { value: one.value, selected: one.default }, one.label)),
  );
  return { element, value: () => [...element.selectedOptions].map((one) => one.value) };
}
