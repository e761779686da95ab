// A worker that beats every 5 s: browsers slow down the timers of hidden pages, and a hidden desk must stay on duty.

setInterval(() => postMessage("beat"), 5000);
