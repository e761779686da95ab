"""What the people of the floor say and write, in the three languages of the sample company."""

from typing import Final

LANGUAGES: Final = ("en", "zh-Hans", "zh-Hant")
LANGUAGE_KEYS: Final = {"en": "1", "zh-Hans": "2", "zh-Hant": "3"}

GIVEN_NAMES: Final = {
    "en": ("Nora", "Owen", "Tessa", "Ravi", "Elena", "Hugo", "Priya", "Jonas"),
    "zh-Hans": ("梁晓雨", "许文博", "蒋思齐", "沈佳慧", "韩宇轩", "唐雨桐"),
    "zh-Hant": ("梁曉雨", "許文博", "蔣思齊", "沈佳慧", "韓宇軒", "唐雨桐"),
}
FAMILY_NAMES: Final = {
    "en": ("Hale", "Marsh", "Lowe", "Iyer", "Fuchs", "Brandt"),
    "zh-Hans": ("",),
    "zh-Hant": ("",),
}

MAILS: Final = {
    "en": (
        ("Where is my parcel?", "Hello,\n\nmy parcel should have arrived on Monday. Where is it now?\n\nThank you"),
        ("Wrong size", "Hi,\n\nthe jacket is too small. Can I exchange it for a larger one?\n\nBest regards"),
        ("Charged twice", "Hello,\n\nmy card was charged twice for one order. Please look into it."),
        ("Invoice for my company", "Good morning,\n\nplease send me an invoice in the name of my company."),
    ),
    "zh-Hans": (
        ("包裹还没到", "您好：\n\n我的包裹本来周一就该到了，现在在哪里？\n\n谢谢"),
        ("尺码不合适", "您好：\n\n外套太小了，可以换大一码吗？\n\n谢谢"),
        ("重复扣款", "您好：\n\n同一个订单扣了两次款，请帮我查一下。"),
        ("申请开发票", "您好：\n\n请按公司抬头给我开一张发票，谢谢。"),
    ),
    "zh-Hant": (
        ("包裹還沒到", "您好：\n\n我的包裹本來週一就該到了，現在在哪裡？\n\n謝謝"),
        ("尺寸不合適", "您好：\n\n外套太小了，可以換大一號嗎？\n\n謝謝"),
        ("重複扣款", "您好：\n\n同一張訂單扣了兩次款，請幫我查一下。"),
        ("申請開立發票", "您好：\n\n請以公司抬頭開一張發票給我，謝謝。"),
    ),
}

CHATS: Final = {
    "en": (
        ("Hi, can I still change the address of my order?", "It ends in 4021.", "Great, thank you!"),
        ("Hello, how long does a refund take?", "I sent it back last week.", "All right, thanks a lot."),
        ("My voucher is not accepted.", "It says it has expired.", "Perfect, it works now."),
    ),
    "zh-Hans": (
        ("您好，订单地址还能改吗？", "订单尾号是 4021。", "好的，谢谢！"),
        ("请问退款要多久？", "上周已经寄回去了。", "明白了，多谢。"),
        ("优惠券用不了。", "提示说已过期。", "可以了，谢谢。"),
    ),
    "zh-Hant": (
        ("您好，訂單地址還能改嗎？", "訂單尾號是 4021。", "好的，謝謝！"),
        ("請問退款要多久？", "上週已經寄回去了。", "明白了，多謝。"),
        ("優惠券無法使用。", "顯示已過期。", "可以了，謝謝。"),
    ),
}

CALLS: Final = {
    "en": ("Hello, I have a question about what I bought.", "It came last week.", "That helps, thank you. Goodbye."),
    "zh-Hans": ("您好，我想问一下买的东西。", "是上周收到的。", "好的，谢谢，再见。"),
    "zh-Hant": ("您好，我想問一下買的東西。", "是上週收到的。", "好的，謝謝，再見。"),
}

AGENT_SAYS: Final = {
    "en": ("Hello, thank you for waiting. How can I help?", "Let me look that up.", "Done. Is there anything else?"),
    "zh-Hans": ("您好，感谢您的耐心等待，请问有什么可以帮您？", "我帮您查一下。", "已经处理好了，还有其他问题吗？"),
    "zh-Hant": ("您好，感謝您的耐心等待，請問有什麼可以幫您？", "我幫您查一下。", "已經處理好了，還有其他問題嗎？"),
}
AGENT_WRITES: Final = {
    "en": "Hello,\n\nthank you for your message. I have looked into it and taken care of it.\n\nKind regards",
    "zh-Hans": "您好：\n\n感谢您的来信，我已核实并为您处理好了。\n\n祝好",
    "zh-Hant": "您好：\n\n感謝您的來信，我已核實並為您處理好了。\n\n敬祝順心",
}
SUMMARIES: Final = {
    "en": "Explained what happens next; the customer was content.",
    "zh-Hans": "已说明后续安排，客户表示满意。",
    "zh-Hant": "已說明後續安排，客戶表示滿意。",
}
