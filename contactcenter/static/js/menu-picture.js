// The picture of a menu beside its text: drawn by the server from what is saved, in one language, larger and smaller.

const STEP = 1.25;
const LEAST = 0.25;
const MOST = 3;
const $ = (id) => document.getElementById(id);

export function startPicture(url) {
  const image = $("picture");
  const language = $("picture-language");
  let shown = "";
  let revision = null;
  let zoom = null; // null: as wide as there is room

  image.addEventListener("load", () => ((image.hidden = false), size()));
  language.addEventListener("change", () => draw(revision));
  window.addEventListener("resize", size);
  document.addEventListener("click", ({ target }) => {
    const asked = target.closest("[data-zoom]")?.dataset.zoom;
    if (asked === "fit") zoom = null;
    else if (asked) zoom = Math.min(MOST, Math.max(LEAST, scale() * (asked === "in" ? STEP : 1 / STEP)));
    if (asked) size();
  });

  function draw(number) {
    revision = number;
    const wanted = `${url}/${language.value}.svg?revision=${number}`;
    if (wanted !== shown) image.src = shown = wanted;
  }

  function scale() {
    return zoom ?? Math.min(1, ($("canvas").clientWidth - 2) / (image.naturalWidth || 1));
  }

  function size() {
    if (image.hidden || !image.naturalWidth) return;
    image.style.width = `${Math.round(image.naturalWidth * scale())}px`;
    $("zoom").textContent = `${Math.round(scale() * 100)}%`;
  }

  return {
    show(readable, languages, number) {
      $("picture-stale").hidden = readable || image.hidden;
      if (!readable) return;
      offer(language, languages);
      draw(number);
    },
  };
}

function offer(field, languages) {
  const before = field.value;
  const known = new Map([...field.options].map((option) => [option.value, option]));
  if (languages.length === known.size && languages.every((tag) => known.has(tag))) return;
  field.replaceChildren(...languages.map((tag) => known.get(tag) ?? option(tag)));
  if (languages.includes(before)) field.value = before;
}

// A language that the page did not know of when it was made, under its own name.
function option(tag) {
  const made = new Option(new Intl.DisplayNames([tag], { type: "language" }).of(tag), tag);
  made.lang = tag;
  return made;
}
