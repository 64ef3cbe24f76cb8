// The message box: plain text goes to the channel, a slash begins a command.

import { post } from "./control.js";
import { byId, icon, make, notice } from "./dom.js";
import { Autocomplete } from "./autocomplete.js";
import { CommandFields } from "./command_fields.js";
import { begun, descriptionOf, matching, nameOf } from "./command_list.js";
import { act } from "./interactions.js";
import { pendingCommand } from "./message_list.js";
import { about, closed, offers } from "./option_values.js";
import { channel, on, store } from "./store.js";
import { Suggestions } from "./suggestions.js";

const NO_RESPONSE = "The application did not respond";

let text, fieldsRoot, send, suggestions, command, autocomplete;

export function startCommandBox() {
  const popup = make("div", { id: "suggestions", hidden: true });
  fieldsRoot = make("div", { id: "fields", hidden: true });
  text = make("textarea", {
    id: "text",
    rows: 1,
    role: "combobox",
    "aria-expanded": "false",
    "aria-autocomplete": "list",
    "aria-label": "Message, or / for commands",
    maxlength: 4000,
  });
  send = make("button", { type: "submit", class: "icon-button", id: "send", "aria-label": "Send" }, icon("send"));
  byId("box").append(popup, make("div", { class: "box-line" }, fieldsRoot, text, send));
  suggestions = new Suggestions(popup);
  autocomplete = new Autocomplete();
  text.addEventListener("input", typed);
  byId("box").addEventListener("input", (event) => event.target.field && suggest(event.target.field));
  byId("box").addEventListener("focusin", (event) => {
    if (event.target.field) suggest(event.target.field);
    else if (event.target === text) typed();
    else suggestions.hide();
  });
  byId("box").addEventListener("focusout", (event) => !byId("box").contains(event.relatedTarget) && suggestions.hide());
  byId("box").addEventListener("keydown", keyed);
  byId("box").addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
  });
  on("places", () => {
    text.placeholder = channel() ? `Message #${channel().name}, or / for commands` : "";
  });
  on("where", leaveCommand);
}

/** Text of the plain box changed. */
function typed() {
  text.style.height = "auto";
  text.style.height = `${Math.min(text.scrollHeight, 200)}px`;
  if (!text.value.startsWith("/")) return suggestions.hide();
  const started = begun(text.value);
  if (started) return enterCommand(...started);
  const found = matching(text.value.slice(1));
  const items = found.map((entry) => ({
    label: [make("b", {}, `/${entry.shown}`), ...hints(entry)],
    detail: entry.description,
    entry,
  }));
  const title = found.length
    ? "Commands"
    : store.commands.length
      ? "No such command"
      : "The bot has registered no commands";
  suggestions.show({ title, items, eager: true, input: text, pick: (item) => enterCommand(item.entry, "") });
}

const hints = (entry) =>
  entry.options.map((option) =>
    make("span", { class: option.required ? "hint-option is-required" : "hint-option" }, nameOf(option)),
  );

function enterCommand(entry, rest) {
  command = new CommandFields(entry, fieldsRoot, { added: (field) => field.input.focus() });
  command.typed(rest);
  suggestions.hide();
  text.hidden = true;
  fieldsRoot.hidden = false;
  send.setAttribute("aria-label", `Send /${entry.shown}`);
  const next = command.fields.find((field) => field.empty) ?? command.fields.at(-1);
  (next?.input ?? send).focus();
}

function leaveCommand() {
  const inside = fieldsRoot.contains(document.activeElement) || document.activeElement === send;
  command = null;
  autocomplete.forget();
  text.hidden = false;
  text.value = "";
  text.style.height = "auto";
  fieldsRoot.hidden = true;
  fieldsRoot.replaceChildren();
  send.setAttribute("aria-label", "Send");
  suggestions.hide();
  if (inside) text.focus();
}

/** Offers for the field that is being filled in, with what it is for. */
async function suggest(field) {
  const { option } = field;
  const shown = (items, hint) =>
    suggestions.show({
      title: nameOf(option),
      hint: hint ?? about(option),
      items,
      eager: closed(option) && !field.picked,
      input: field.input,
      pick: (offer) => picked(field, offer),
    });
  if (!option.autocomplete) return shown(field.picked ? [] : offers(option, field.text));
  shown([], "Loading options…");
  const found = await autocomplete.of(command, field);
  if (found.stale || document.activeElement !== field.input) return undefined;
  return shown(found.choices ?? [], found.error);
}

function picked(field, offer) {
  field.choose(offer);
  autocomplete.forget();
  const next = command.fields.find((one) => one !== field && one.option.required && one.empty);
  suggestions.hide();
  (next ?? field).input.focus();
  if (!next) suggestions.hide();
}

function keyed(event) {
  const field = event.target.field;
  if (event.isComposing) return;
  if (suggestions.open && (event.key === "ArrowDown" || event.key === "ArrowUp") && suggestions.items.length) {
    event.preventDefault();
    suggestions.move(event.key === "ArrowDown" ? 1 : -1);
  } else if (event.key === "Tab" && !event.shiftKey && !field?.picked && suggestions.take({ firstToo: true }))
    event.preventDefault();
  else if (event.key === "Enter" && !event.shiftKey && event.target.tagName !== "BUTTON") {
    event.preventDefault();
    if (!suggestions.take({ firstToo: false })) submit();
  } else if (event.key === "Escape") escape(event);
  else if (event.key === "Backspace" && field?.empty) erase(event, field);
}

/** First the list goes, then the command. */
function escape(event) {
  if (!suggestions.open && !command) return;
  event.preventDefault();
  if (suggestions.open && suggestions.items.length) suggestions.hide();
  else if (command) leaveCommand();
  else suggestions.hide();
}

/** Backspace in an empty field takes the field away, in the first one the command. */
function erase(event, field) {
  event.preventDefault();
  const index = command.fields.indexOf(field);
  if (index <= 0 || field.option.required) return leaveCommand();
  command.drop(field);
  return command.fields[index - 1].input.focus();
}

async function submit() {
  try {
    await (command ? sendCommand() : sendText());
  } catch (error) {
    notice(error.message);
  }
}

async function sendText() {
  const content = text.value.trim();
  if (!content) return;
  if (content.startsWith("/") && !content.includes("\n")) return typed();
  await post("/messages", { channel_id: store.channelId, user_id: store.userId, content });
  leaveCommand();
}

async function sendCommand() {
  const { order, error } = await command.read();
  if (error) return notice(error);
  const line = pendingCommand(`/${command.entry.shown}`);
  text.hidden = false;
  leaveCommand();
  text.focus();
  suggestions.hide();
  try {
    const response = await act(order, line.belongsTo);
    if (response) line.done();
    else line.failed(NO_RESPONSE);
  } catch (wrong) {
    line.failed(wrong.message);
  }
}
