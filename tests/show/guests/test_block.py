"""A guest's answer as mail programs deliver it: read whole, or refused in words."""

import base64
import quopri
import textwrap
from email.message import EmailMessage

import pytest

from pipeline.errors import PullquoteError
from pipeline.show.guests.block import Answer, Block, read_blocks

CODE = "n2psj2ree93knwipky2jjve6"
BLOCK = f"""PULLQUOTE ANSWER
sheet {CODE}
at 20261130T080000Z
quote aw97 0905e319bf95 yes
quote 1id0 5e15fe377e6b fix I said “what it *would* sound like”, not “sounds” – & <never> the latter
END OF ANSWER 2"""
REMARK = "I said “what it *would* sound like”, not “sounds” – & <never> the latter"
READ = Block(
    CODE,
    "20261130T080000Z",
    (Answer("aw97", "0905e319bf95", "yes", ""), Answer("1id0", "5e15fe377e6b", "fix", REMARK)),
)


def quoted(text: str) -> str:
    return "\n".join(f"> {line}" for line in text.splitlines())


def as_html(text: str) -> str:
    lines = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").splitlines()
    inner = "<br>\n".join(line.replace(" ", "&nbsp;", 1) for line in lines)
    return (
        f'<html><body><div dir="ltr">Hello!<br><blockquote>{inner}</blockquote></div></body></html>'
    )


def mail(kind: str, encoding: str, body: bytes) -> bytes:
    head = [
        *("From: joe@example.org", "Subject: Re: Why bridges hum", "MIME-Version: 1.0"),
        *(f'Content-Type: {kind}; charset="utf-8"', f"Content-Transfer-Encoding: {encoding}"),
    ]
    return "\r\n".join([*head, "", ""]).encode() + body


@pytest.mark.parametrize(
    "content",
    [
        BLOCK.encode(),
        f"Hi Mara,\n\nhere it is.\n\n{BLOCK}\n\nBest, Joe\n".encode(),
        BLOCK.replace("\n", "\r\n").encode(),
        b"\xef\xbb\xbf" + BLOCK.encode(),
        quoted(BLOCK).encode(),
        quoted(quoted(BLOCK)).replace("\n", "\r\n").encode(),
        textwrap.fill(BLOCK, 40).encode(),
        quoted(textwrap.fill(BLOCK, 34)).encode(),
        BLOCK.replace("\n", " ").encode(),
        BLOCK.replace(" ", "\u00a0").replace("\n", "\n\u200b").encode(),
        BLOCK.replace("PULLQUOTE ANSWER", "Pullquote answer").encode(),
        as_html(BLOCK).encode(),
        mail("text/plain", "quoted-printable", quopri.encodestring(BLOCK.encode())),
        mail("text/html", "base64", base64.encodebytes(as_html(BLOCK).encode())),
        mail("text/plain; format=flowed", "8bit", quoted(BLOCK).encode()),
    ],
    ids=[
        *("plain", "within a letter", "CRLF", "byte-order mark", "quoted", "quoted twice", "wrapped"),
        *("quoted and wrapped", "one line", "blanks that do not break", "other capitals", "HTML"),
        *("quoted-printable", "HTML in base64", "flowed"),
    ],
)  # fmt: skip
def test_it_is_read_whatever_mail_programs_did_to_it(content: bytes) -> None:
    assert read_blocks(content) == [READ]


@pytest.mark.parametrize("kind", ["alternative", "mixed"])
def test_it_is_read_out_of_a_mail_in_parts_and_once(kind: str) -> None:
    message = EmailMessage()
    message["From"] = "joe@example.org"
    if kind == "alternative":
        message.set_content(BLOCK)
        message.add_alternative(as_html(BLOCK), subtype="html")
    else:
        message.set_content("Here it is, Mara.")
        message.add_attachment(BLOCK, filename="answer.txt")
        message.add_attachment(b"\x89PNG", maintype="image", subtype="png")
    assert read_blocks(message.as_bytes()) == [READ]


def test_smart_marks_change_a_remark_and_nothing_else() -> None:
    straight = BLOCK.replace("“", '"').replace("”", '"').encode()
    (block,) = read_blocks(straight)
    assert [(each.id, each.seen, each.word) for each in block.answers] == [
        (each.id, each.seen, each.word) for each in READ.answers
    ]


def test_the_form_that_was_filled_in_by_hand_is_read() -> None:
    form = f"""PULLQUOTE ANSWER
sheet {CODE}
quote aw97 0905e319bf95 Yes.
quote 1id0 5e15fe377e6b ____
quote pqfh 27e360c2eea6 *no*  please leave it out
quote giyy 916414e4cb98 __fix__ it was 1941
END OF ANSWER 4"""
    (block,) = read_blocks(form.encode())
    assert block.at == ""
    assert [(each.id, each.word, each.remark) for each in block.answers] == [
        ("aw97", "yes", ""),
        ("pqfh", "no", "please leave it out"),
        ("giyy", "fix", "it was 1941"),
    ]


@pytest.mark.parametrize("left", range(1, BLOCK.count("\n") + 1))
def test_one_that_was_cut_off_is_refused(left: int) -> None:
    with pytest.raises(PullquoteError, match=r"cut off|no answer in it"):
        read_blocks("\n".join(BLOCK.splitlines()[:left]).encode())


@pytest.mark.parametrize("lost", [3, 4])
def test_one_of_which_an_answer_was_lost_is_refused(lost: int) -> None:
    lines = BLOCK.splitlines()
    del lines[lost]
    with pytest.raises(PullquoteError, match="cut off"):
        read_blocks("\n".join(lines).encode())


def test_two_in_one_mail_are_read_and_the_later_comes_last() -> None:
    later = BLOCK.replace("20261130T080000Z", "20261201T080000Z")
    found = read_blocks(f"{later}\n\nOn Monday Joe wrote:\n{quoted(BLOCK)}\n".encode())
    assert [block.at for block in found] == ["20261130T080000Z", "20261201T080000Z"]


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"Looks good to me!", b"<" * 9000])
def test_what_is_no_answer_is_said_to_be_none(content: bytes) -> None:
    with pytest.raises(PullquoteError, match="no answer in it"):
        read_blocks(content)


def test_a_remark_holds_nothing_that_a_terminal_or_a_line_of_the_ledger_would_obey() -> None:
    nasty = BLOCK.replace("I said", "\x1b[31mI\u202e said\x00")
    (block,) = read_blocks(nasty.encode())
    assert block.answers[1].remark == f"[31m{REMARK}"
    assert (
        len(read_blocks(BLOCK.replace("I said", "x" * 9000).encode())[0].answers[1].remark) == 500
    )
