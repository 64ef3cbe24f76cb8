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

/** `choose(element, values)` is called once with what was chosen. */
export function selectMenu(data, choose) {
  const options = optionsOf(data);
  const most = Math.min(data.max_values ?? 1, options.length);
  const least = data.min_values ?? 1;
  const several = most > 1 || least === 0;
  const chosen = new Set(options.filter((one) => one.default && data.type === STRING).map((one) => one.value));
  const list = make("ul", {
    class: "menu-list",
    role: "listbox",
    "aria-multiselectable": several || null,
    hidden: true,
  });
  const face = make("button", {
    type: "button",
    class: "menu-face",
    disabled: data.disabled,
    "data-custom-id": data.custom_id,
    "aria-haspopup": "listbox",
    "aria-expanded": "false",
  });
  const root = make("div", { class: "menu" }, face, list);

  const close = () => {
    list.hidden = true;
    face.setAttribute("aria-expanded", "false");
    if (open?.root === root) open = null;
  };
  const finish = () => {
    close();
    face.focus();
    paint();
    choose(
      face,
      options.map((one) => one.value).filter((value) => chosen.has(value)),
    );
  };
  const pick = (value) => {
    if (!several) {
      chosen.clear();
      chosen.add(value);
      finish();
    } else if (chosen.delete(value) || chosen.size < most) {
      if (!rows.find((row) => row.dataset.value === value).matches("[aria-selected=true]")) chosen.add(value);
      paint();
    }
  };
  const rows = options.map((one) =>
    make(
      "li",
      { role: "option", tabindex: "-1", "data-value": one.value, onclick: () => pick(one.value) },
      emoji(one.emoji),
      make(
        "span",
        { class: "menu-words" },
        make("b", {}, one.label),
        one.description ? make("small", {}, one.description) : null,
      ),
      make("span", { class: "tick", "aria-hidden": "true" }),
    ),
  );
  const done = several
    ? make(
        "li",
        { role: "presentation" },
        make("button", { type: "button", class: "button button-primary", onclick: () => finishSeveral() }, "Done"),
      )
    : null;
  const finishSeveral = () => chosen.size >= least && finish();
  list.append(...rows, ...(done ? [done] : []));

  function paint() {
    const labels = options.filter((one) => chosen.has(one.value)).map((one) => one.label);
    face.replaceChildren(
      make(
        "span",
        { class: labels.length ? "" : "is-placeholder" },
        labels.join(", ") || data.placeholder || "Make a selection",
      ),
      icon("down"),
    );
    for (const row of rows) row.setAttribute("aria-selected", String(chosen.has(row.dataset.value)));
  }
  face.addEventListener("click", () => {
    if (!list.hidden) return close();
    open?.close();
    open = { root, close };
    list.hidden = false;
    face.setAttribute("aria-expanded", "true");
    (rows.find((row) => row.matches("[aria-selected=true]")) ?? rows[0])?.focus();
    list.scrollIntoView({ block: "nearest" });
  });
  root.addEventListener("keydown", (event) => {
    if (list.hidden) {
      if (event.key === "ArrowDown" && event.target === face) {
        event.preventDefault();
        face.click();
      }
      return;
    }
    const stops = [...rows, ...(done ? [done.firstChild] : [])];
    const at = stops.indexOf(document.activeElement);
    const steps = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: stops.length - 1 };
    if (event.key in steps) stops[(steps[event.key] + stops.length) % stops.length].focus();
    else if (event.key === "Escape") {
      close();
      face.focus();
    } else if ((event.key === "Enter" || event.key === " ") && rows[at]) pick(rows[at].dataset.value);
    else if (event.key === "Tab") return close();
    else return;
    if (event.target !== done?.firstChild || event.key !== "Enter") event.preventDefault();
    event.stopPropagation();
  });
  paint();
  return root;
}
