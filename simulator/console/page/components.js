// What can be pressed and chosen on a message, and the layouts of newer messages around it.

import { icon, make, notice } from "./dom.js";
import { emoji } from "./emoji.js";
import { act } from "./interactions.js";
import { markdown } from "./markdown.js";
import { picture, safeUrl } from "./picture.js";
import { selectMenu } from "./select_menu.js";

const STYLES = { 1: "primary", 2: "secondary", 3: "success", 4: "danger", 5: "link", 6: "secondary" };
const LINK = 5;

const BUILDERS = {
  1: (row, message) => make("div", { class: "row" }, ...components(row.components, message)),
  2: (data, message) => (data.style === LINK ? linkButton(data) : button(data, message)),
  3: select,
  5: select,
  6: select,
  7: select,
  8: select,
  9: (section, message) =>
    make(
      "div",
      { class: "section" },
      make("div", {}, ...components(section.components, message)),
      ...components([section.accessory], message),
    ),
  10: (data) => make("div", { class: "markdown" }, markdown(data.content)),
  11: (data) => picture(data.media?.url ?? "", { class: "embed-thumbnail", alt: data.description ?? "" }),
  12: (data) =>
    make(
      "div",
      { class: "gallery" },
      ...data.items.map((item) => picture(item.media?.url ?? "", { alt: item.description ?? "" })),
    ),
  13: (data) => make("p", { class: "subtext" }, data.file?.url ?? ""),
  14: (data) => make("hr", { class: data.divider === false ? "is-blank" : null }),
  17: container,
};

/** The elements of a list of components; kinds that this page does not know are named. */
export function components(list, message) {
  return (list ?? []).map((data) => {
    const build = BUILDERS[data.type];
    return build ? build(data, message) : make("p", { class: "subtext" }, `A component of type ${data.type}.`);
  });
}

function container(data, message) {
  const box = make("div", { class: "embed container" }, ...components(data.components, message));
  if (data.accent_color) box.style.setProperty("--edge", `#${data.accent_color.toString(16).padStart(6, "0")}`);
  return box;
}

function linkButton(data) {
  const attributes = {
    class: "button button-link",
    href: safeUrl(data.url),
    target: "_blank",
    rel: "noopener noreferrer",
  };
  return make("a", attributes, emoji(data.emoji), data.label ?? "", icon("out"));
}

function button(data, message) {
  const element = make(
    "button",
    {
      type: "button",
      class: `button button-${STYLES[data.style]}`,
      disabled: data.disabled,
      "data-custom-id": data.custom_id,
      "aria-label": data.label ? null : (data.emoji?.name ?? data.custom_id),
    },
    emoji(data.emoji),
    data.label ?? null,
  );
  element.addEventListener("click", () =>
    send(element, { type: "button", message_id: message.id, custom_id: data.custom_id }),
  );
  return element;
}

function select(data, message) {
  return selectMenu(data, (element, values) =>
    send(element, { type: "select", message_id: message.id, custom_id: data.custom_id, values }),
  );
}

/** Busy until the first response; Discord's words under the message when there is none. */
async function send(element, order) {
  if (element.classList.contains("is-busy")) return;
  const article = element.closest(".message");
  article?.querySelector(".failure")?.remove();
  element.classList.add("is-busy");
  element.setAttribute("aria-busy", "true");
  try {
    if (!(await act(order))) failed(article);
  } catch (error) {
    notice(error.message);
  } finally {
    element.classList.remove("is-busy");
    element.removeAttribute("aria-busy");
  }
}

function failed(article) {
  const shown = article?.isConnected ? article : document.querySelector(`.message[data-id="${article?.dataset.id}"]`);
  shown?.querySelector(".body").append(make("p", { class: "failure", role: "alert" }, "This interaction failed"));
}
