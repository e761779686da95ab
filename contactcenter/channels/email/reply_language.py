"""What mail programs of many languages write around an answer: data for the scanner that finds the visible reply.

All words are in lower case. To teach the scanner a language, add its words here; no code changes.
"""

WROTE_LATIN = (
    # en, de, fr, es, pt, it, nl
    "wrote", "writes", "has written", "schrieb", "schreibt", "hat geschrieben", "geschrieben",
    "a écrit", "ecrit", "écrit", "escribió", "escribio", "ha escrito", "escreveu", "ha scritto", "scrisse",
    "schreef", "geschreven", "heeft geschreven",
    # pl, ru, uk, cs, sk, bg
    "napisał", "napisała", "napisał(a)", "napisał/a", "pisze", "написал", "написала", "написал(а)", "пишет", "писал",
    "написав", "написала", "пише", "napsal", "napsala", "napsal(a)", "napísal", "napísal(a)", "написа",
    # sv, da, no, fi, hu, ro, tr, el, he, hr, vi, id
    "skrev", "skriver", "kirjoitti", "kirjoittanut", "írta", "ezt írta", "a scris", "şunu yazdı", "yazdı", "yazmış",
    "έγραψε", "כתב", "כתבה", "napisao", "napisao je", "đã viết", "menulis",
)  # fmt: skip
"""Stand as words of their own."""

WROTE_EAST_ASIAN = (
    "写道", "寫道", "写到", "寫到", "的邮件", "來信", "来信说", "书写", "さんは書きました", "は書きました", "書きました", "のメール", "wrote",
    "님이 작성", "님이 썼습니다", "작성",
)  # fmt: skip
"""Stand anywhere: these languages do not separate words."""

BEGINNINGS = (
    "on", "at", "am", "le", "el", "em", "il", "in data", "op", "w dniu", "dnia", "в", "во", "у", "dne", "den", "d.", "la", "pe", "a",
    "στις", "ב", "vào", "pada", "tarihinde", "在", "於", "于", "dňa", "quote", "from", "von",
)  # fmt: skip
"""Open an attribution, with a date behind them."""

MONTHS_AND_DAYS = (
    "jan", "feb", "mar", "mär", "apr", "may", "mai", "maj", "jun", "jul", "aug", "sep", "oct", "okt", "nov", "dec", "dez", "déc",
    "dic", "fév", "fevr", "avr", "juin", "juil", "août", "ene", "abr", "ago", "out", "set", "gen", "mag", "giu", "lug", "ott",
    "sty", "lut", "kwi", "cze", "lip", "sie", "wrz", "paź", "lis", "gru", "янв", "фев", "мар", "апр", "мая", "июн", "июл", "авг",
    "сен", "окт", "ноя", "дек", "mon", "tue", "wed", "thu", "fri", "sat", "sun", "lun", "mer", "jeu", "ven", "sam", "dim", "mo",
    "di", "mi", "do", "fr", "sa", "so", "ons", "tors", "fre", "lör", "sön", "man", "tir", "tor", "lør", "søn", "пн", "вт", "ср", "чт",
    "пт", "сб", "вс", "понедельник", "вторник", "среда", "четверг", "пятница", "суббота", "воскресенье", "周", "星期", "週",
)  # fmt: skip
"""How a date may begin, when no figure stands first."""

HEADER_LABELS: dict[str, tuple[str, ...]] = {
    "from": (
        "from", "von", "de", "da", "van", "od", "от", "від", "från", "fra", "lähettäjä", "feladó", "de la", "kimden", "gönderen",
        "από", "מאת", "发件人", "發件人", "寄件者", "寄件人", "差出人", "送信者", "보낸 사람", "보낸사람", "exp", "expéditeur", "mittente",
        "remitente", "remetente", "absender", "afzender", "nadawca", "отправитель",
    ),
    "date": (
        "date", "sent", "datum", "gesendet", "envoyé", "envoyé le", "message du", "fecha", "enviado", "enviado el", "enviada em",
        "enviado em", "data", "inviato", "verzonden", "wysłano", "data wysłania", "дата", "отправлено", "надіслано", "odesláno",
        "skickat", "dato", "sendt", "lähetetty", "päivämäärä", "elküldve", "dátum", "trimis", "tarih", "gönderildi", "στάλθηκε",
        "ημερομηνία", "נשלח", "תאריך", "发送时间", "发送日期", "發送時間", "日期", "時間", "时间", "寄件日期", "傳送時間", "传送时间", "送信日時",
        "日時", "日付", "보낸 날짜", "날짜",
    ),
    "to": (
        "to", "an", "à", "a", "para", "al", "aan", "naar", "do", "кому", "komu", "till", "til", "vastaanottaja", "címzett", "către",
        "kime", "alıcı", "προς", "אל", "收件人", "收件者", "宛先", "받는 사람", "받는사람", "destinataire", "empfänger", "destinatario",
        "destinatário", "ontvanger", "pour",
    ),
    "cc": ("cc", "kopie", "copie", "copie à", "copia", "cópia", "kopia", "копия", "копія", "抄送", "副本", "參照", "참조", "bcc", "密送"),
    "subject": (
        "subject", "betreff", "objet", "sujet", "asunto", "assunto", "oggetto", "onderwerp", "temat", "тема", "předmět", "predmet",
        "ämne", "emne", "aihe", "tárgy", "subiect", "konu", "θέμα", "נושא", "主题", "主題", "主旨", "件名", "제목",
    ),
    "reply-to": ("reply-to", "antwort an", "répondre à", "responder a", "回复地址", "回覆至", "返信先"),
}  # fmt: skip
"""The labels of the block that mail programs put above an answered or forwarded mail."""

ORIGINAL_MARKS = (
    "original message", "original mail", "original", "forwarded message", "begin forwarded message", "forwarded by",
    "ursprüngliche nachricht", "originalnachricht", "ursprüngliche mail", "weitergeleitete nachricht", "message d'origine",
    "message original", "message transféré", "mensaje original", "mensaje reenviado", "mensagem original", "mensagem encaminhada",
    "messaggio originale", "messaggio inoltrato", "oorspronkelijk bericht", "doorgestuurd bericht", "wiadomość oryginalna",
    "oryginalna wiadomość", "пересылаемое сообщение", "исходное сообщение", "оригинальное сообщение", "původní zpráva",
    "ursprungligt meddelande", "originalmeddelande", "oprindelig besked", "oprindelig meddelelse", "opprinnelig melding",
    "alkuperäinen viesti", "eredeti üzenet", "mesaj original", "orijinal mesaj", "αρχικό μήνυμα", "הודעה מקורית",
    "原始邮件", "原始郵件", "邮件原件", "郵件原件", "回复的原邮件", "回覆的原郵件", "转发的邮件", "轉寄的郵件", "轉發的郵件", "转发邮件信息", "原邮件",
    "元のメッセージ", "転送されたメッセージ", "원본 메시지", "원본 메일", "전달된 메시지",
)  # fmt: skip
"""Stand between dashes, or alone on a line that begins with them."""

DEVICE_BEGINNINGS = (
    "sent from my ", "sent from mail for", "sent from outlook", "sent from yahoo", "sent from typeapp", "sent from blue",
    "sent from proton", "sent from samsung", "sent from ipad", "sent from iphone", "sent from gmail", "sent via ", "sent with ",
    "get outlook for", "get bluemail", "sent using ", "von meinem ", "gesendet von ", "gesendet mit ", "gesendet über ",
    "diese nachricht wurde von meinem", "envoyé de mon ", "envoyé depuis ", "envoyé à partir d", "télécharger outlook",
    "enviado desde ", "enviado do meu ", "enviado de mi ", "enviado a partir d", "obtener outlook", "obtenha o outlook",
    "inviato da ", "inviato dal ", "verstuurd vanaf ", "verzonden vanaf ", "verzonden met ", "wysłano z ", "wysłane z ",
    "отправлено с ", "отправлено из ", "надіслано з ", "odesláno z ", "skickat från ", "sendt fra ", "lähetetty ", "elküldve ",
    "iphone'umdan gönderildi", "发自我的", "发送自", "從我的", "寄自我的", "来自我的", "發自我的", "从我的", "iphoneから送信", "나의 iphone에서",
)  # fmt: skip
DEVICE_ENDINGS = ("gesendet", "から送信", "傳送", "发送", "傳送的", "에서 보냄")
"""Lines about the device, as `Von meinem iPhone gesendet` and `從我的 iPhone 傳送`."""

CLOSINGS = (
    "regards", "best regards", "kind regards", "warm regards", "warmest regards", "with kind regards", "with best regards",
    "best wishes", "sincerely", "yours sincerely", "yours faithfully", "sincerely yours", "cheers", "kindest regards", "rgds",
    "mit freundlichen grüßen", "mit freundlichem gruß", "freundliche grüße", "viele grüße", "beste grüße", "liebe grüße", "mfg",
    "herzliche grüße", "schöne grüße", "cordialement", "bien cordialement", "bien à vous", "cdlt", "salutations",
    "saludos", "un saludo", "saludos cordiales", "atentamente", "atenciosamente", "cumprimentos", "abraços", "cordiali saluti",
    "distinti saluti", "saluti", "met vriendelijke groet", "met vriendelijke groeten", "groeten", "mvg", "pozdrawiam",
    "z poważaniem", "с уважением", "з повагою", "s pozdravem", "med vänlig hälsning", "med vänliga hälsningar", "mvh", "hälsningar",
    "med venlig hilsen", "venlig hilsen", "kh", "vh", "med vennlig hilsen", "hilsen", "ystävällisin terveisin", "terveisin",
    "üdvözlettel", "cu stimă", "saygılarımla", "με εκτίμηση", "בברכה",
    "此致", "敬礼", "敬禮", "祝好", "祝商祺", "顺祝商祺", "順祝商祺", "顺颂商祺", "謹此", "敬上", "谨上", "此致敬礼", "此致敬禮", "致礼",
    "よろしくお願いします", "よろしくお願いいたします", "よろしくお願い致します", "敬具", "감사합니다",
)  # fmt: skip
"""A line of its own, with a name under it."""

FOOTERS = (
    "you are receiving this because", "to unsubscribe", "unsubscribe from this", "to stop receiving", "reply to this email directly",
    "you received this message because", "mailing list", "visit this group at", "um sich abzumelden", "pour vous désabonner",
    "退订", "取消订阅", "取消訂閱", "配信停止",
)  # fmt: skip
"""Say, under a rule of dashes, that what follows comes from a mailing list."""
