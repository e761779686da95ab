"""The words a picture adds of its own, in the languages of the house; others read English."""

from collections.abc import Mapping

_COLUMNS = ("en", "zh-Hans", "zh-Hant")
_Words = Mapping[str, tuple[str, str, str]]

_VERBS: _Words = {
    "say": ("say", "播报", "播報"),
    "menu": ("menu", "菜单", "選單"),
    "collect": ("collect", "收集按键", "收集按鍵"),
    "hours": ("hours", "营业时间", "服務時間"),
    "lookup": ("lookup", "查询", "查詢"),
    "tag": ("tag", "标记", "標記"),
    "queue": ("queue", "排队", "排隊"),
    "voicemail": ("voicemail", "留言", "留言"),
    "finish": ("end", "结束", "結束"),
    "branch": ("branch", "判断", "判斷"),
    "answer": ("answer", "知识库解答", "知識庫解答"),
    "callback": ("callback", "预约回电", "預約回電"),
    "survey": ("survey", "满意度调查", "滿意度調查"),
    "transfer": ("transfer", "转接", "轉接"),
    "flow": ("flow", "子流程", "子流程"),
}
_EXITS: _Words = {
    "then": ("then", "然后", "然後"),
    "found": ("found", "已找到", "已找到"),
    "missing": ("missing", "未找到", "未找到"),
    "error": ("error", "出错", "出錯"),
    "open": ("open", "营业中", "服務中"),
    "closed": ("closed", "非营业时间", "非服務時間"),
    "emergency": ("emergency", "紧急情况", "緊急情況"),
    "answered": ("answered", "已接听", "已接聽"),
    "waited_too_long": ("waited too long", "等待过久", "等候過久"),
    "nobody_logged_in": ("nobody logged in", "无人在线", "無人在線"),
    "full": ("full", "排队已满", "排隊已滿"),
    "done": ("done", "已完成", "已完成"),
    "empty": ("empty", "没有内容", "沒有內容"),
    "stuck": ("stuck", "多次未答", "多次未答"),
    "after": ("after {times}×", "满 {times} 次后", "滿 {times} 次後"),
    "else": ("else", "其他", "其他"),
    "helped": ("helped", "已解答", "已解答"),
    "more": ("not what was meant", "未解答", "未解答"),
    "declined": ("declined", "已拒绝", "已拒絕"),
    "skipped": ("skipped", "已跳过", "已跳過"),
    "busy": ("busy", "占线", "忙線"),
    "no_answer": ("no answer", "无人接听", "無人接聽"),
    "failed": ("failed", "失败", "失敗"),
}
_OUTCOMES: _Words = {
    "solved": ("solved", "已解决", "已解決"),
    "agent": ("agent", "已由客服接待", "已由客服接待"),
    "voicemail": ("voicemail", "已留言", "已留言"),
    "callback": ("callback", "已约回电", "已約回電"),
    "closed": ("closed", "非营业时间", "非服務時間"),
    "gave_up": ("gave up", "已放弃", "已放棄"),
}
_SENTENCES: _Words = {
    "summary": ("{title}: {steps} steps, version {version}", "{title}：{steps} 个步骤，版本 {version}", "{title}：{steps} 個步驟，版本 {version}"),
    "version": ("version {version} · {steps} steps", "版本 {version} · {steps} 个步骤", "版本 {version} · {steps} 個步驟"),
    "start": ("Start", "开始", "開始"),
    "unknown": ("does not exist", "不存在", "不存在"),
    "person": ("0 leads to {step} from here.", "在此按 0 转到 {step}。", "在此按 0 轉到 {step}。"),
    "legend_person": ("0 leads from here to {step}", "在此按 0 转到 {step}", "在此按 0 轉到 {step}"),
    "legend_stuck": ("Callers who stay stuck at a question go to {step}, unless a line says otherwise", "多次未答的来电转到 {step}，另有连线的除外", "多次未答的來電轉到 {step}，另有連線的除外"),
    "legend_back": ("Back to an earlier step", "返回前面的步骤", "返回前面的步驟"),
    "legend_end": ("The call ends here", "通话在此结束", "通話在此結束"),
    "legend_width": ("The wider, the more calls", "线越粗，来电越多", "線越粗，來電越多"),
    "legend_lost": ("Share of callers who hung up there", "在此挂机的来电占比", "在此掛斷的來電占比"),
    "counted": ("{calls} calls from {since} to {until}", "{since} 至 {until} 的 {calls} 通来电", "{since} 至 {until} 的 {calls} 通來電"),
    "calls": ("{count}×", "{count} 次", "{count} 次"),
    "lost": ("{count} hung up here ({share})", "{count} 次在此挂机（{share}）", "{count} 次在此掛斷（{share}）"),
}  # fmt: skip


def verb_word(verb: str, language: str) -> str:
    return _said(_VERBS, verb, language)


def exit_word(name: str, language: str, at_most: int | None = None) -> str:
    return _said(_EXITS, name, language).format(times=at_most or "")


def outcome_word(outcome: str, language: str) -> str:
    return _said(_OUTCOMES, outcome, language)


def sentence(name: str, language: str, **values: object) -> str:
    return _said(_SENTENCES, name, language).format(**values)


def _said(words: _Words, name: str, language: str) -> str:
    """The word in the language; a name that nobody wrote down stands for itself."""
    if name not in words:
        return name.replace("_", " ").replace("{", "{{").replace("}", "}}")
    return words[name][_column(language)]


def _column(language: str) -> int:
    if language in _COLUMNS:
        return _COLUMNS.index(language)
    return 1 if language.partition("-")[0] == "zh" else 0
