// What a member can do to a message: the bot's message commands, and deleting it.

import { remove } from "./control.js";
import { icon, make, notice } from "./dom.js";
import { act } from "./interactions.js";
import { store } from "./store.js";

const MESSAGE_COMMAND = 3;

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll(".message-menu[open]"))
    if (!menu.contains(event.target)) menu.open = false;
});

/** A closed menu; its entries are made when it is opened. */
export function messageMenu(message) {
  const face = make("summary", { "aria-label": "What to do with this message", class: "icon-button" }, icon("more"));
  const menu = make("details", { class: "message-menu" }, face);
  menu.addEventListener("toggle", () => {
    menu.querySelector("ul")?.remove();
    if (menu.open) menu.append(make("ul", {}, ...entries(message, menu)));
  });
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    menu.open = false;
    face.focus();
  });
  return menu;
}

function entries(message, menu) {
  const commands = store.commands.filter((one) => one.type === MESSAGE_COMMAND);
  const acts = [
    ...commands.map((one) => [one.name, () => use(one.name, message)]),
    ["Delete message", () => remove(`/messages/${message.id}`)],
  ];
  return acts.map(([words, what]) => {
    const run = () => {
      menu.open = false;
      what().catch((error) => notice(error.message));
    };
    return make("li", {}, make("button", { type: "button", onclick: run }, words));
  });
}

async function use(name, message) {
  if (!(await act({ type: "message_menu", name, message_id: message.id }))) notice("The application did not respond");
}
