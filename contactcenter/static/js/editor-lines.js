// A text field with its lines numbered and marked; Tab indents in it, and Escape gives Tab back to the page.

const INDENT = "  ";

export function startLines(text, numbers) {
  const draw = () => number(text, numbers);
  text.addEventListener("input", draw);
  text.addEventListener("lines", draw);
  text.addEventListener("scroll", () => (numbers.scrollTop = text.scrollTop));
  text.addEventListener("keydown", typed);
  draw();
}

// Put the cursor on this line, in sight.
export function jump(text, line) {
  const lines = text.value.split("\n");
  const at = Math.min(line, lines.length) - 1;
  const start = lines.slice(0, at).reduce((sum, one) => sum + one.length + 1, 0);
  text.focus();
  text.setSelectionRange(start, start + lines[at].length);
  const height = text.scrollHeight / lines.length;
  text.scrollTop = Math.max(0, at * height - text.clientHeight / 3);
  text.scrollLeft = 0;
  text.scrollIntoView({ block: "nearest" });
}

// `kinds` is line → error or warning.
export function mark(numbers, kinds) {
  for (const [at, row] of [...numbers.children].entries()) {
    const kind = kinds.get(at + 1);
    if (kind) row.dataset.kind = kind;
    else delete row.dataset.kind;
  }
}

function number(text, numbers) {
  const wanted = text.value.split("\n").length;
  while (numbers.children.length > wanted) numbers.lastElementChild.remove();
  while (numbers.children.length < wanted) {
    const row = document.createElement("span");
    row.textContent = numbers.children.length + 1;
    numbers.append(row);
  }
  numbers.scrollTop = text.scrollTop;
}

let leaving = false;

function typed(event) {
  const { target, key } = event;
  const plain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.shiftKey;
  if (key === "Tab" && plain && !leaving) {
    event.preventDefault();
    write(INDENT);
  } else if (key === "Enter" && plain && !event.isComposing) {
    event.preventDefault();
    write(`\n${indentOf(target)}`);
  }
  leaving = key === "Escape";
}

// A new line begins where the one before began.
function indentOf(text) {
  const before = text.value.slice(0, text.selectionStart);
  return /^ */.exec(before.slice(before.lastIndexOf("\n") + 1))[0];
}

// The one way to write into a field that its undo knows of.
function write(words) {
  document.execCommand("insertText", false, words);
}
