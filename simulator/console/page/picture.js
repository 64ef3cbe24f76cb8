// Pictures in messages: our own uploads as they are, others through the console's media proxy.

import { make } from "./dom.js";

const sourceOf = (url) =>
  url.startsWith(`${location.origin}/`) ? url : `/console/picture?url=${encodeURIComponent(url)}`;

/** An <img> that goes away when there is no such picture. */
export function picture(url, attributes = {}) {
  const image = make("img", { src: sourceOf(url), alt: "", loading: "lazy", ...attributes });
  image.addEventListener("error", () => image.remove());
  return image;
}

/** An address that may be opened; anything but http(s) is none. */
export function safeUrl(url) {
  return /^https?:\/\//i.test(url ?? "") ? url : null;
}
