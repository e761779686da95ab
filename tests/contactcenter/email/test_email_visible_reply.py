"""Of a mail, a reader first sees what was written now; nothing is lost, only folded."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contactcenter.channels.email.visible_reply import visible_reply

ATTRIBUTIONS = [
    "On Fri, May 3, 2024 at 10:20 AM Ann Lee <ann@example.com> wrote:",
    "On Fri, May 3, 2024 at 10:20 AM, a person with a rather long name <\nann@example.com> wrote:",
    "At 5/3/2024 10:20 AM, you wrote:",
    "Am Fr., 3. Mai 2024 um 10:20 Uhr schrieb Max <max@example.com>:",
    "Max Muster <max@example.com> schrieb am Fr., 3.\nMai 2024 um 10:20 Uhr:",
    "Le ven. 3 mai 2024 à 10:20, Jean <jean@example.com> a écrit :",
    'Le 3 mai 2024 10:20, "Jean"\n<jean@example.com>\na écrit :',
    "El vie, 3 may 2024 a las 10:20, Ana (<ana@example.com>) escribió:",
    "Em sex., 3 de mai. de 2024 às 10:20, Ana <ana@example.com> escreveu:",
    "Il giorno ven 3 mag 2024 alle ore 10:20 Ugo <ugo@example.com> ha scritto:",
    "Op vr 3 mei 2024 om 10:20 schreef Piet <piet@example.com>:",
    "W dniu 2024-05-03 10:20, Jan <jan@example.com> napisał(a):",
    "пт, 3 мая 2024 г. в 10:20, Иван <ivan@example.com>:",
    "3 мая 2024 г., в 10:20, Иван <ivan@example.com> написал(а):",
    "Den fre 3 maj 2024 kl 10:20 skrev Anna <anna@example.com>:",
    "pe 3. toukok. 2024 klo 10.20 Matti (matti@example.com) kirjoitti:",
    "3 May 2024 Cum 10:20 tarihinde Ali <ali@example.com> şunu yazdı:",
    "在 2024年5月3日，10:20，张三 <zhang@example.com> 写道：",
    "张三 <zhang@example.com> 于2024年5月3日周五 10:20写道:",
    '在 2024-05-03 10:20:11，"张三" <zhang@example.com> 写道：',
    "王小明 <wang@example.com> 於 2024年5月3日 週五 上午10:20寫道：",
    "2024年5月3日(金) 10:20 山田太郎 <yamada@example.com>:",
    "2024年5月3日(金) 10:20 山田太郎 <yamada@example.com> のメール:",
    "2024년 5월 3일 (금) 오전 10:20, 김철수 <kim@example.com>님이 작성:",
    "2024-05-03 10:20 GMT+02:00 Some One <some@example.com>:",
]
BLOCKS = [
    "-----Original Message-----\nFrom: Ann <ann@example.com>\nSent: Friday, May 3, 2024 10:20 AM\nTo: Bob\nSubject: Order",
    "________________________________\nFrom: Ann <ann@example.com>\nSent: Friday, May 3, 2024 10:20:00 AM\nTo: Bob\nSubject: Order",
    "*From:* Ann <ann@example.com>\n*Date:* Friday, May 3, 2024\n*To:* Bob\n*Subject:* Order",
    "Von: Max <max@example.com>\nGesendet: Freitag, 3. Mai 2024 10:20\nAn: Bob\nBetreff: AW: Frage",
    "De : Jean <jean@example.com>\nEnvoyé : vendredi 3 mai 2024 10:20\nÀ : Bob\nObjet : Commande",
    "De: Ana <ana@example.com>\nEnviado el: viernes, 3 de mayo de 2024\nPara: Bob\nAsunto: Pedido",
    "发件人: 张三 <zhang@example.com>\n发送时间: 2024年5月3日 10:20\n收件人: 客服\n主题: 订单",
    "发件人： 张三\n日期： 2024年5月3日\n收件人： 客服\n主题： 订单",
    "寄件者: 王小明 <wang@example.com>\n寄件日期: 2024年5月3日 上午 10:20\n收件者: 客服\n主旨: RE: 訂單",
    '------------------ 原始邮件 ------------------\n发件人: "客服" <a@example.com>;\n发送时间: 2024年5月3日(星期五) 上午10:20',
    "---- 回复的原邮件 ----\n| 发件人 | 张三 |",
    "差出人: 山田 <yamada@example.com>\n送信日時: 2024年5月3日 10:20\n宛先: 客\n件名: 注文",
]


@pytest.mark.parametrize("attribution", ATTRIBUTIONS)
@pytest.mark.parametrize("old", ["> what was asked\n> before", "what was asked\nbefore"])
def test_an_attribution_ends_the_reply(attribution, old):
    visible = visible_reply(f"Yes, please.\n好的，谢谢。\n\n{attribution}\n\n{old}\n")
    assert visible.text == "Yes, please.\n好的，谢谢。"
    assert attribution in visible.quoted
    assert old in visible.quoted


@pytest.mark.parametrize("block", BLOCKS)
def test_a_header_block_ends_the_reply(block):
    visible = visible_reply(f"Yes, please.\n\n{block}\n\nwhat was asked")
    assert visible.text == "Yes, please."
    assert visible.quoted.endswith("what was asked")


@pytest.mark.parametrize(
    "line",
    ["Sent from my iPhone", "Get Outlook for iOS<https://example.com>", "Von meinem iPhone gesendet", "Envoyé de mon iPhone",
     "发自我的iPhone", "從我的 iPhone 傳送", "iPhoneから送信", "Enviado desde mi iPhone"],
)  # fmt: skip
def test_a_line_about_the_device_goes_into_the_signature(line):
    visible = visible_reply(f"Yes.\n\n{line}\n\nOn May 3, 2024, at 10:20, Ann <ann@example.com> wrote:\n\n> x")
    assert (visible.text, visible.signature) == ("Yes.", line)


@pytest.mark.parametrize(
    "signature",
    [
        "-- \nAnn\nCEO",
        "--\nAnn",
        "Best regards,\nAnn Lee\n+1 415 555 0100",
        "Mit freundlichen Grüßen\n\nMax",
        "此致\n敬礼\n\n李四",
        "/Anna",
    ],
)
def test_a_signature_is_folded_and_kept(signature):
    visible = visible_reply(f"The printer is on fire.\n\n{signature}\n")
    assert (visible.text, visible.signature) == ("The printer is on fire.", signature)


@pytest.mark.parametrize(
    "text",
    [
        "As the author wrote:\nlife is good.\nBye",
        "I have two wishes.\nOn Monday I wrote:\nplease hurry",
        "Please ship:\n\nFrom: Berlin\nTo: Paris\n\nThanks",
        "This is not a ---------- divider.\n\nNor is this\n----------\na line of dashes",
        "Thanks",
        "在书里他写道：很好。\n请处理。",
        "1. Date: tomorrow\n2. Place: here",
        "| a | b |\n| 1 | 2 |\nis my table",
        "Did you get what was sent from my office?",
    ],
)
def test_prose_is_not_cut(text):
    assert visible_reply(text).text == text


def test_answers_between_quotes_keep_both():
    text = "See below.\n\nOn May 3, 2024, Ann <ann@example.com> wrote:\n\n> First?\n\nYes.\n\n> Second?\n\nNo.\n\n> Bye"
    visible = visible_reply(text)
    for kept in ("See below.", "> First?", "Yes.", "> Second?", "No."):
        assert kept in visible.text
    assert "wrote:" not in visible.text
    assert "> Bye" not in visible.text


def test_an_answer_beneath_the_quote_is_found():
    assert visible_reply("On May 3, 2024, Ann <ann@example.com> wrote:\n> Which colour?\n\nBlue.").text == "Blue."
    assert (
        visible_reply("Am 3.5.2024 10:20, schrieb Max <max@example.com>:\n\nUnmarked, and the answer").text
        == "Unmarked, and the answer"
    )


@pytest.mark.parametrize(
    "text", ["> only a quote", "From: a@example.com\nDate: 3 May 2024\n\nforwarded", "", "\n\n", "--\nAnn"]
)
def test_when_nothing_would_be_left_everything_is_shown(text):
    assert visible_reply(text).text == text.strip("\n")


@given(
    st.lists(
        st.sampled_from(
            [
                "text",
                "",
                "> quote",
                *ATTRIBUTIONS,
                *BLOCKS,
                "-- ",
                "--",
                "Sent from my iPhone",
                "Regards,",
                "Ann",
                "---",
            ]
        ),
        max_size=15,
    )
)
def test_no_word_is_ever_lost(lines):
    text = "\n".join(lines)
    visible = visible_reply(text)
    together = f"{visible.text}\n{visible.quoted}\n{visible.signature}"
    assert sorted(together.split()) == sorted(text.split())
    assert visible.text.strip() or not text.strip()


@given(st.text(max_size=300))
def test_no_text_makes_the_scanner_fail(text):
    visible = visible_reply(text)
    assert len(visible.text) <= len(text)
