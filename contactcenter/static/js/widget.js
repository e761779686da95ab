// The chat for any web page, by one line: <script src="…/widget.js" async data-language="en"></script>
// It draws a button in a shadow root and opens one frame of ours. Nothing inline, so a strict content policy may stay:
// it has to allow our address in script-src and frame-src, nothing else. The secret that continues a chat lies in this
// page's own storage, because a frame of another site may have none; it is handed over through a private channel.

(() => {
  const script = document.currentScript;
  const home = new URL(script.src).origin;
  const asked = script.dataset.language || document.documentElement.lang || navigator.language || "en";
  const language = languageOf(asked);
  const KEY = `contactcenter-chat:${home}`;
  const WORDS = {
    en: ["Chat with us", "Close the chat", "{n} new"],
    "zh-Hans": ["在线咨询", "关闭聊天", "{n} 条新消息"],
    "zh-Hant": ["線上諮詢", "關閉聊天", "{n} 則新訊息"],
  };
  const [openWord, closeWord, newWord] = WORDS[language];
  const STYLE = `
    :host { all: initial; }
    button {
      position: fixed; inset-block-end: max(20px, env(safe-area-inset-bottom)); inset-inline-end: 20px; z-index: 2147483000;
      display: flex; align-items: center; gap: 8px; min-height: 52px; padding: 0 20px; border: 0; border-radius: 26px;
      background: #1f5fbf; color: #fff; cursor: pointer; box-shadow: 0 1px 2px rgb(16 20 28 / 20%), 0 8px 24px rgb(16 20 28 / 22%);
      font: 500 16px/20px -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", Arial, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif;
    }
    button:hover { background: #184fa3; }
    button:focus-visible { outline: 3px solid #8fbcff; outline-offset: 2px; }
    svg { width: 22px; height: 22px; fill: none; stroke: currentColor; stroke-width: 1.75; stroke-linecap: round; stroke-linejoin: round; }
    b { min-width: 22px; padding: 0 7px; border-radius: 11px; background: #fff; color: #b02525; font-size: 13px; line-height: 22px; text-align: center; }
    [hidden] { display: none !important; }
    iframe {
      position: fixed; inset-block-end: 88px; inset-inline-end: 20px; z-index: 2147483001; width: 384px; height: min(640px, calc(100vh - 112px));
      border: 0; border-radius: 16px; background: Canvas; color-scheme: light dark; box-shadow: 0 1px 2px rgb(16 20 28 / 20%), 0 16px 48px rgb(16 20 28 / 28%);
    }
    @media (max-width: 480px), (max-height: 480px) {
      iframe { inset: 0; width: 100%; height: 100dvh; border-radius: 0; }
      .open { display: none; }
    }`;

  if (document.querySelector("[data-contactcenter-chat]")) return;
  const host = document.createElement("div");
  host.setAttribute("data-contactcenter-chat", "");
  const root = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLE);
  root.adoptedStyleSheets = [sheet];
  const button = document.createElement("button");
  const label = document.createElement("span");
  const badge = document.createElement("b");
  let frame;
  let port;

  button.type = "button";
  button.append(drawing(), label, badge);
  badge.hidden = true;
  root.append(button);
  show(false);
  button.addEventListener("click", () => show(!isOpen()));
  window.addEventListener("message", welcome);
  window.visualViewport?.addEventListener("resize", fit);
  if (document.body) begin();
  else document.addEventListener("DOMContentLoaded", begin);

  // A chat that goes on is loaded at once, so that its answers are counted while the window is closed.
  function begin() {
    document.body.append(host);
    if (stored()) load();
  }

  function load() {
    frame = document.createElement("iframe");
    frame.title = openWord;
    frame.src = `${home}/widget?lang=${language}`;
    frame.hidden = true;
    root.append(frame);
  }

  function isOpen() {
    return Boolean(frame) && !frame.hidden;
  }

  function show(open) {
    if (open && !frame) load();
    if (frame) frame.hidden = !open;
    label.textContent = open ? closeWord : openWord;
    button.classList.toggle("open", open);
    button.setAttribute("aria-expanded", String(open));
    if (open) count(0);
    port?.postMessage({ shown: open });
    if (open) frame.focus();
    else if (host.isConnected && frame) button.focus();
    fit();
  }

  // The frame says that it is there; only the frame that we made, at our own address, is answered.
  function welcome(event) {
    if (!frame || event.source !== frame.contentWindow || event.origin !== home || event.data !== "chat:ready") return;
    const channel = new MessageChannel();
    port = channel.port1;
    port.onmessage = ({ data }) => heard(data);
    frame.contentWindow.postMessage({ chat: "hello", token: stored(), shown: isOpen() }, home, [channel.port2]);
  }

  function heard(data) {
    if ("keep" in data) keep(data.keep);
    if ("unread" in data && !isOpen()) count(data.unread);
    if (data.fold) show(false);
  }

  function count(number) {
    badge.hidden = !number;
    badge.textContent = String(number);
    badge.setAttribute("aria-label", newWord.replace("{n}", number));
  }

  // On a phone the keyboard must not cover what is being written.
  function fit() {
    if (!frame || !window.visualViewport) return;
    const small = matchMedia("(max-width: 480px), (max-height: 480px)").matches;
    frame.style.height = small ? `${window.visualViewport.height}px` : "";
  }

  function stored() {
    try {
      return localStorage.getItem(KEY) || "";
    } catch {
      return "";
    }
  }

  function keep(token) {
    try {
      if (token) localStorage.setItem(KEY, token);
      else localStorage.removeItem(KEY);
    } catch {
      // A browser that keeps nothing goes on with the chat until the page is left.
    }
  }

  function languageOf(tag) {
    const parts = tag.toLowerCase().split(/[-_]/);
    if (parts[0] !== "zh" && parts[0] !== "yue") return "en";
    const traditional = parts[0] === "yue" || parts.some((part) => ["hant", "tw", "hk", "mo"].includes(part));
    return traditional && !parts.includes("hans") ? "zh-Hant" : "zh-Hans";
  }

  function drawing() {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("aria-hidden", "true");
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    path.setAttribute("d", "M5 4h14a2 2 0 0 1 2 2v9a2 2 0 0 1-2 2h-7l-5 4v-4H5a2 2 0 0 1-2-2V6a2 2 0 0 1 2-2z");
    svg.append(path);
    return svg;
  }
})();
