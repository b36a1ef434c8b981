"""What a scanner types, and machine-readable lines put together."""

from edge.devices.typist import LAYOUT, Lines, Typist

SECOND = 1_000_000_000
BY_LETTER = {typed: (key, shift) for key, both in LAYOUT.items() for shift, typed in enumerate(both)}
TD3 = ("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10")


def strokes(text: str, end: str = "ENTER") -> list[tuple[str, bool]]:
    moves: list[tuple[str, bool]] = []
    for letter in text:
        key, shift = BY_LETTER[letter]
        moves += [("LEFTSHIFT", True)] * shift + [(key, True), (key, False)] + [("LEFTSHIFT", False)] * shift
    return [*moves, (end, True), (end, False)]


def typed(typist: Typist, moves: list[tuple[str, bool]], at: int = SECOND) -> list[str]:
    return [text for key, down in moves if (text := typist.feed(key, down, at)) is not None]


def test_every_printable_character_comes_out_as_it_is_printed() -> None:
    text = "".join(chr(code) for code in range(0x21, 0x7F))
    assert typed(Typist(), strokes(text)) == [text]


def test_an_address_and_a_keypads_digits() -> None:
    assert typed(Typist(), strokes("https://site.example/t/h1/AbC-12?x=1")) == ["https://site.example/t/h1/AbC-12?x=1"]
    assert typed(Typist(), [("KP1", True), ("KP2", True), ("KPENTER", True)]) == ["12"]


def test_tab_ends_a_code_too_and_an_empty_line_is_nothing() -> None:
    typist = Typist()
    assert typed(typist, strokes("B7K2", end="TAB")) == ["B7K2"]
    assert typed(typist, [("ENTER", True), ("ENTER", True)]) == []


def test_caps_lock_turns_letters_and_not_digits() -> None:
    assert typed(Typist(), [("CAPSLOCK", True), *strokes("a1-")]) == ["A1-"]


def test_half_a_code_from_before_is_forgotten() -> None:
    typist = Typist()
    assert typed(typist, strokes("OLD")[:-2], SECOND) == []
    assert typed(typist, strokes("NEW"), 4 * SECOND) == ["NEW"]


def test_an_endless_code_is_cut() -> None:
    assert len(typed(Typist(), strokes("a" * 5000))[0]) <= 2048


def test_lines_of_one_document_come_as_one() -> None:
    lines = Lines()
    assert lines.add(TD3[0]) == [] and lines.waiting
    assert lines.add(TD3[1]) == ["\n".join(TD3)] and not lines.waiting
    td1 = ("I<UTOD231458907<<<<<<<<<<<<<<<", "7408122F1204159UTO<<<<<<<<<<<6", "ERIKSSON<<ANNA<MARIA<<<<<<<<<<")
    assert [lines.add(each) for each in td1] == [[], [], ["\n".join(td1)]]


def test_a_code_between_two_lines_sends_the_first_on_its_way() -> None:
    lines = Lines()
    lines.add(TD3[0])
    assert lines.add("B7K2") == [TD3[0], "B7K2"]
    lines.add(TD3[0])
    assert lines.give_up() == [TD3[0]] and lines.give_up() == []


def test_a_code_as_long_as_a_line_is_no_line() -> None:
    assert Lines().add("A" * 30) == ["A" * 30]
    assert Lines().add("x" * 44) == ["x" * 44]
