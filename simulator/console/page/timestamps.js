// Times as Discord writes them; relative ones go on by themselves.

const UNITS = [
  ["year", 31536000],
  ["month", 2592000],
  ["day", 86400],
  ["hour", 3600],
  ["minute", 60],
  ["second", 1],
];
const STYLES = {
  t: { timeStyle: "short" },
  T: { timeStyle: "medium" },
  d: { dateStyle: "short" },
  D: { dateStyle: "long" },
  f: { dateStyle: "long", timeStyle: "short" },
  F: { dateStyle: "full", timeStyle: "short" },
};
const LANGUAGE = "en";
const relative = new Intl.RelativeTimeFormat(LANGUAGE, { numeric: "always" });

/** "in 3 minutes", "12 seconds ago". */
export function inWords(unixSeconds, now = Date.now() / 1000) {
  const away = Math.round(unixSeconds - now);
  const [unit, length] = UNITS.find(([, seconds]) => Math.abs(away) >= seconds) ?? ["second", 1];
  return relative.format(Math.trunc(away / length), unit);
}

/** A <time> for <t:seconds:style>. */
export function timestamp(unixSeconds, style = "f") {
  const at = new Date(unixSeconds * 1000);
  const element = document.createElement("time");
  if (Number.isNaN(at.getTime())) {
    element.textContent = `<t:${unixSeconds}:${style}>`;
    return element;
  }
  element.dateTime = at.toISOString();
  element.title = new Intl.DateTimeFormat(LANGUAGE, STYLES.F).format(at);
  if (style === "R") {
    element.dataset.relative = String(unixSeconds);
    element.textContent = inWords(unixSeconds);
  } else element.textContent = new Intl.DateTimeFormat(LANGUAGE, STYLES[style] ?? STYLES.f).format(at);
  return element;
}

/** "Today at 14:03" for a message's header. */
export function clockTime(iso) {
  const at = new Date(iso);
  const today = at.toDateString() === new Date().toDateString();
  const words = new Intl.DateTimeFormat(
    LANGUAGE,
    today ? { timeStyle: "short" } : { dateStyle: "short", timeStyle: "short" },
  );
  const element = document.createElement("time");
  element.dateTime = iso;
  element.textContent = today ? `Today at ${words.format(at)}` : words.format(at);
  return element;
}

export function startTimestamps() {
  setInterval(() => {
    for (const element of document.querySelectorAll("time[data-relative]")) {
      const words = inWords(Number(element.dataset.relative));
      if (element.textContent !== words) element.textContent = words;
    }
  }, 1000);
}
