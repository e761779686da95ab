// The one entry of every page: what runs, in order.

import { startActs } from "./acts.js";
import { startForms } from "./forms.js";
import { startKeys } from "./keys.js";
import { startLive } from "./live.js";
import { startMenus } from "./menu.js";
import { startPanes } from "./panes.js";
import { startRing } from "./ring.js";
import { startTabs } from "./tabs.js";
import { startTime } from "./time.js";

startForms();
startTime();
startTabs();
startMenus();
startPanes();
startActs();
startKeys();
startRing();
if (document.body.hasAttribute("data-live")) startLive();
