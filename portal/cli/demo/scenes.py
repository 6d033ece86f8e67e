"""What the demo's photos show. Every scene draws the same place twice: broken, and (`mended`) after the repair.

Coordinates reach a little beyond 1280 × 960, because the picture is turned and cropped afterwards. `random` is used in the
same order for both, so that only the damage differs.
"""

from random import Random

from PIL import ImageDraw

Draw = ImageDraw.ImageDraw
W, H = 1360, 1040


def shade(colour: tuple[int, int, int], by: float) -> tuple[int, int, int]:
    return tuple(max(0, min(255, round(part * by))) for part in colour)  # type: ignore[return-value]


def speckle(d: Draw, random: Random, box: tuple[int, int, int, int], colour: tuple[int, int, int], count: int) -> None:
    """Small flecks: nothing outdoors has one colour."""
    for _ in range(count):
        x, y, size = random.randint(box[0], box[2]), random.randint(box[1], box[3]), random.randint(2, 9)
        d.ellipse((x, y, x + size, y + size * 0.7), fill=shade(colour, random.uniform(0.86, 1.12)))


def bricks(d: Draw, random: Random, box: tuple[int, int, int, int], colour: tuple[int, int, int]) -> None:
    left, top, right, bottom = box
    d.rectangle(box, fill=shade(colour, 0.72))
    for row, y in enumerate(range(top, bottom, 30)):
        for x in range(left - (row % 2) * 40, right, 80):
            tone = shade(colour, random.uniform(0.85, 1.12))
            d.rectangle((max(x, left) + 2, y + 2, min(x + 76, right), min(y + 26, bottom)), fill=tone)


def ground(d: Draw, random: Random, top: int, colour: tuple[int, int, int] = (122, 120, 115)) -> None:
    d.rectangle((0, top, W, H), fill=colour)
    speckle(d, random, (0, top, W, H), colour, 700)


def facade(d: Draw, random: Random, bottom: int) -> tuple[int, int, int]:
    """An old six-storey house front with windows; gives its colour."""
    colour = random.choice([(201, 186, 158), (188, 176, 162), (205, 178, 150), (176, 180, 176)])
    d.rectangle((0, 0, W, bottom), fill=colour)
    speckle(d, random, (0, 0, W, bottom), colour, 600)
    for column in range(5):
        for row in range(3):
            x, y = 70 + column * 265, 50 + row * 215
            d.rectangle((x, y, x + 150, y + 130), fill=(96, 104, 110))
            d.rectangle((x + 8, y + 8, x + 70, y + 122), fill=(126, 148, 160))
            d.rectangle((x + 80, y + 8, x + 142, y + 122), fill=(112, 134, 148))
            d.rectangle((x - 8, y + 130, x + 158, y + 142), fill=shade(colour, 0.8))
    return colour


def blob(d: Draw, random: Random, x: int, y: int, size: int, colour: tuple[int, int, int]) -> None:
    """An irregular stain or heap."""
    for _ in range(26):
        dx, dy = random.gauss(0, size * 0.42), random.gauss(0, size * 0.3)
        part = random.uniform(0.25, 0.6) * size
        d.ellipse(
            (x + dx - part, y + dy - part * 0.7, x + dx + part, y + dy + part * 0.7),
            fill=shade(colour, random.uniform(0.93, 1.05)),
        )


def corridor(d: Draw, random: Random, lit: bool) -> None:
    """A staircase landing: green-painted dado, white above."""
    dim = 1.0 if lit else 0.36
    d.rectangle((0, 0, W, H), fill=shade((228, 224, 212), dim))
    d.rectangle((0, 560, W, 860), fill=shade((134, 164, 140), dim))
    d.rectangle((0, 552, W, 562), fill=shade((96, 120, 100), dim))
    d.polygon([(0, 860), (W, 860), (W, H), (0, H)], fill=shade((138, 134, 128), dim))
    speckle(d, random, (0, 120, W, 560), shade((222, 217, 205), dim), 220)
    door = random.choice([(104, 58, 44), (88, 92, 98), (118, 84, 52)])
    d.rectangle((140, 260, 420, 862), fill=shade(door, dim))
    d.rectangle((165, 290, 395, 540), outline=shade(door, dim * 0.7), width=6)
    d.ellipse((375, 580, 400, 605), fill=shade((190, 170, 110), dim))
    for step in range(6):
        y = 860 - step * 62
        d.polygon(
            [(760 + step * 70, y), (W, y), (W, y - 58), (770 + step * 70, y - 58)],
            fill=shade((168, 164, 156), dim * (1 - step * 0.05)),
        )
        d.line((760 + step * 70, y, W, y), fill=shade((92, 90, 86), dim), width=5)
    d.line((740, 700, W, 170), fill=shade((70, 92, 74), dim), width=14)


def lamp(d: Draw, random: Random, mended: bool) -> None:
    corridor(d, random, lit=mended)
    if mended:
        for ring in range(9):
            d.ellipse(
                (560 - 30 * (9 - ring), 96 - 14 * (9 - ring), 700 + 30 * (9 - ring), 150 + 20 * (9 - ring)),
                fill=(238 + ring, 234 + ring, 212 + ring * 3),
            )
        d.rectangle((560, 92, 700, 128), fill=(255, 252, 238))
    else:
        d.line((630, 0, 640, 120), fill=(28, 28, 28), width=7)
        d.ellipse((606, 118, 676, 196), fill=(54, 52, 46), outline=(22, 22, 22), width=5)


def damp_wall(d: Draw, random: Random, mended: bool) -> None:
    wall = random.choice([(226, 220, 206), (218, 214, 204), (230, 222, 200)])
    d.rectangle((0, 0, W, 800), fill=wall)
    speckle(d, random, (0, 0, W, 800), wall, 420)
    x = random.randint(380, 860)
    if mended:
        d.rectangle((x - 330, 0, x + 330, 560), fill=shade(wall, 1.05))
        speckle(d, random, (x - 330, 0, x + 330, 560), shade(wall, 1.05), 60)
    else:
        blob(d, random, x, 120, 330, shade(wall, 0.82))
        blob(d, random, x + 40, 90, 210, (168, 150, 112))
        for _ in range(16):
            at = random.randint(x - 240, x + 240)
            d.line(
                (at, 140, at + random.randint(-16, 16), random.randint(300, 640)),
                fill=(164, 148, 118),
                width=random.randint(3, 12),
            )
        for _ in range(22):
            px, py = random.randint(x - 220, x + 220), random.randint(20, 300)
            d.polygon(
                [(px, py), (px + 46, py + 10), (px + 34, py + 40), (px + 4, py + 32)],
                fill=(240, 238, 232),
                outline=(150, 142, 126),
            )
    d.rectangle((0, 790, W, 830), fill=(150, 122, 88))
    d.rectangle((0, 830, W, H), fill=(172, 140, 98))


def road(d: Draw, random: Random, mended: bool) -> None:
    facade(d, random, 330)
    surface = (74, 75, 78) if mended else (128, 124, 116)
    ground(d, random, 330, surface)
    d.polygon([(0, 330), (260, 330), (0, 560)], fill=(104, 130, 78))
    d.polygon([(W, 330), (1120, 330), (W, 540)], fill=(104, 130, 78))
    holes = [(random.randint(260, 1080), random.randint(520, 900), random.randint(70, 150)) for _ in range(5)]
    if mended:
        for y in range(370, H, 130):
            d.polygon(
                [(668 - y // 60, y), (688 + y // 60, y), (690 + y // 50, y + 70), (666 - y // 50, y + 70)],
                fill=(232, 230, 222),
            )
        return
    for x, y, size in holes:
        blob(d, random, x, y, size, (92, 86, 76))
        d.ellipse((x - size * 0.7, y - size * 0.24, x + size * 0.7, y + size * 0.3), fill=(112, 120, 128))
        d.ellipse((x - size * 0.5, y - size * 0.18, x + size * 0.2, y + size * 0.04), fill=(158, 170, 178))
    for _ in range(8):
        x, y = random.randint(0, W), random.randint(400, H)
        d.line(
            [(x, y), (x + random.randint(-90, 90), y + 60), (x + random.randint(-160, 160), y + 130)],
            fill=(64, 60, 54),
            width=5,
        )


def stairs(d: Draw, random: Random, mended: bool) -> None:
    corridor(d, random, lit=True)
    if mended:
        return
    for _ in range(9):
        x, y = random.randint(430, 960), random.randint(600, 830)
        w, h = random.randint(90, 190), random.randint(80, 170)
        tone = random.choice([(178, 138, 92), (196, 160, 112), (150, 116, 80)])
        d.rectangle((x, y, x + w, y + h), fill=tone, outline=shade(tone, 0.6), width=4)
        d.line((x, y + h // 2, x + w, y + h // 2), fill=shade(tone, 0.8), width=8)
    for x in (480, 720):
        d.ellipse((x, 760, x + 190, 950), outline=(34, 34, 36), width=16)
        d.line((x + 95, 855, x + 210, 690), fill=(52, 92, 140), width=15)
    d.rectangle((900, 560, 1010, 900), fill=(212, 206, 196), outline=(140, 134, 124), width=5)


def scaffold(d: Draw, random: Random, mended: bool) -> None:
    colour = facade(d, random, 840)
    ground(d, random, 840)
    if mended:
        d.rectangle((0, 690, W, 840), fill=shade(colour, 1.1))
        return
    for x in range(40, W, 215):
        d.line((x, 0, x + 6, 880), fill=(150, 152, 156), width=15)
    for y in range(90, 840, 190):
        d.rectangle((0, y, W, y + 14), fill=(166, 134, 88))
        d.line((0, y - 66, W, y - 60), fill=(148, 150, 154), width=9)
    net = random.randint(560, 800)
    for x in range(0, net, 26):
        d.line((x, 0, x + 40, 660), fill=(58, 120, 76), width=12)
    d.polygon([(net, 100), (net + 240, 190), (net + 130, 540), (net, 660)], fill=(70, 132, 86))
    d.line([(net + 130, 540), (net + 170, 800)], fill=(70, 132, 86), width=22)


def wall(d: Draw, random: Random, mended: bool) -> None:
    d.rectangle((0, 0, W, 260), fill=(176, 196, 210))
    facade(d, random, 200)
    red = random.choice([(156, 86, 66), (148, 96, 74), (166, 98, 78)])
    bricks(d, random, (0, 220, W, 780), red)
    ground(d, random, 780)
    d.rectangle((0, 200, W, 240), fill=(190, 184, 172))
    if mended:
        d.rectangle((0, 250, W, 780), fill=(224, 214, 196))
        d.rectangle((0, 680, W, 780), fill=(128, 122, 114))
        speckle(d, random, (0, 250, W, 680), (222, 212, 194), 120)
        return
    x = random.randint(420, 820)
    d.polygon([(x - 170, 200), (x + 210, 200), (x + 160, 420), (x + 50, 560), (x - 90, 470)], fill=(150, 168, 178))
    d.line([(x + 40, 560), (x + 90, 650), (x + 20, 780)], fill=(58, 40, 34), width=11)
    for _ in range(38):
        bx, by = random.randint(x - 300, x + 300), random.randint(770, 940)
        d.rectangle(
            (bx, by, bx + random.randint(30, 78), by + random.randint(18, 32)),
            fill=shade(red, random.uniform(0.7, 1.1)),
        )


def shed(d: Draw, random: Random, mended: bool) -> None:
    facade(d, random, 360)
    ground(d, random, 700, (150, 148, 142))
    roof = (58, 112, 160) if mended else (138, 120, 106)
    d.polygon([(40, 330), (1300, 250), (1340, 380), (30, 450)], fill=roof)
    for x in range(60, 1320, 48):
        d.line((x, 328 - x // 18, x + 14, 446 - x // 20), fill=shade(roof, 0.86), width=7)
    for x in (90, 470, 870, 1270):
        d.rectangle((x, 400, x + 20, 800), fill=(96, 112, 122) if mended else (128, 92, 70))
    if not mended:
        for _ in range(6):
            x = random.randint(120, 1200)
            d.polygon([(x, 330), (x + 80, 322), (x + 60, 400), (x + 10, 420)], fill=(186, 200, 208))
            d.line((x + 36, 420, x + 36, 800), fill=(190, 202, 212), width=5)
    for at in range(7):
        x = 120 + at * 165
        tone = random.choice([(150, 40, 40), (40, 80, 130), (50, 50, 54), (46, 110, 70)])
        d.ellipse((x, 720, x + 104, 824), outline=(30, 30, 32), width=11)
        d.ellipse((x + 90, 724, x + 190, 824), outline=(30, 30, 32), width=11)
        d.line([(x + 52, 770), (x + 88, 690), (x + 140, 772), (x + 52, 770)], fill=tone, width=11)


def tree(d: Draw, random: Random, mended: bool) -> None:
    facade(d, random, 620)
    ground(d, random, 620, (108, 130, 84))
    x = random.randint(540, 780)
    if not mended:
        d.rectangle((x - 70, 640, x + 80, 800), fill=(96, 76, 56))
        d.ellipse((x - 72, 612, x + 82, 672), fill=(208, 180, 136), outline=(120, 96, 66), width=6)
        d.ellipse((x - 26, 630, x + 36, 654), outline=(160, 130, 90), width=5)
        for _ in range(16):
            lx, ly = random.randint(80, 1200), random.randint(800, 960)
            d.line(
                (lx, ly, lx + random.randint(120, 260), ly + random.randint(-50, 50)),
                fill=(104, 82, 58),
                width=random.randint(14, 34),
            )
        return
    d.polygon([(x - 50, 820), (x + 56, 820), (x + 34, 380), (x - 28, 380)], fill=(98, 78, 58))
    for _ in range(60):
        bx, by, size = random.gauss(x, 210), random.gauss(240, 120), random.randint(60, 130)
        d.ellipse((bx - size, by - size, bx + size, by + size), fill=shade((72, 118, 60), random.uniform(0.8, 1.25)))
    d.rectangle((x - 120, 800, x + 130, 834), fill=(170, 160, 146))
    d.rectangle((x - 46, 560, x + 46, 640), fill=(46, 96, 150))


def manhole(d: Draw, random: Random, mended: bool) -> None:
    ground(d, random, 0, (128, 126, 120))
    for y in range(0, H, 150):
        d.line((0, y, W, y + 24), fill=(104, 102, 98), width=6)
    x, y = random.randint(560, 800), random.randint(440, 600)
    d.ellipse((x - 300, y - 200, x + 300, y + 200), fill=(92, 90, 86))
    if mended:
        d.ellipse((x - 270, y - 178, x + 270, y + 178), fill=(70, 72, 76))
        for at in range(-240, 260, 60):
            d.line((x + at, y - 120, x + at, y + 120), fill=(96, 98, 102), width=12)
        d.ellipse((x - 270, y - 178, x + 270, y + 178), outline=(44, 46, 48), width=16)
        return
    d.ellipse((x - 262, y - 170, x + 262, y + 170), fill=(18, 18, 20))
    d.pieslice((x - 262, y - 170, x + 262, y + 170), 150, 250, fill=(58, 54, 50))
    d.line((x - 420, y - 300, x + 360, y + 320), fill=(150, 112, 70), width=44)


def wires(d: Draw, random: Random, mended: bool) -> None:
    facade(d, random, H)
    if mended:
        d.rectangle((0, 396, W, 446), fill=(222, 218, 208), outline=(168, 164, 154), width=4)
        d.rectangle((840, 430, 990, 640), fill=(206, 206, 202), outline=(140, 140, 138), width=6)
        return
    for _ in range(26):
        y = random.randint(180, 560)
        points = [
            (x, y + (x - 680) ** 2 / random.uniform(-5200, -2600) + random.randint(60, 150))
            for x in range(-40, W + 80, 120)
        ]
        d.line(points, fill=random.choice([(24, 24, 26), (40, 40, 44), (70, 66, 60)]), width=random.randint(4, 11))
    x = random.randint(520, 860)
    d.rectangle((x, 420, x + 150, 640), fill=(150, 146, 136), outline=(86, 84, 78), width=7)
    for _ in range(10):
        d.line(
            [(x + 70, 630), (x + random.randint(-90, 220), 760), (x + random.randint(-60, 210), 900)],
            fill=random.choice([(176, 40, 32), (30, 30, 32), (196, 160, 40)]),
            width=8,
        )


def rubble(d: Draw, random: Random, mended: bool) -> None:
    facade(d, random, 520)
    ground(d, random, 520)
    if mended:
        d.rectangle((200, 700, 1160, 716), fill=(220, 214, 80))
        return
    blob(d, random, 680, 800, 300, (146, 134, 118))
    for _ in range(130):
        x, y = random.gauss(680, 240), random.gauss(790, 90)
        tone = random.choice([(160, 92, 72), (176, 168, 154), (120, 112, 102), (206, 200, 190)])
        d.polygon(
            [(x, y), (x + random.randint(20, 62), y + 6), (x + 40, y + 34), (x + 4, y + 26)],
            fill=shade(tone, random.uniform(0.8, 1.1)),
        )
    for at in range(4):
        x = 300 + at * 190
        d.polygon(
            [(x, 960), (x + 20, 810), (x + 130, 806), (x + 156, 962)], fill=(222, 220, 210), outline=(160, 156, 146)
        )


def drain(d: Draw, random: Random, mended: bool) -> None:
    ground(d, random, 0, (150, 146, 138))
    for x in range(0, W, 200):
        d.line((x, 0, x, H), fill=(120, 116, 110), width=5)
    for y in range(0, H, 200):
        d.line((0, y, W, y), fill=(120, 116, 110), width=5)
    if not mended:
        blob(d, random, 680, 560, 420, (86, 84, 66))
        blob(d, random, 660, 540, 250, (64, 64, 50))
        speckle(d, random, (300, 300, 1060, 820), (168, 160, 136), 60)
    d.rectangle((590, 470, 800, 640), fill=(70, 72, 74), outline=(40, 42, 44), width=8)
    for x in range(610, 790, 30):
        d.line((x, 490, x, 620), fill=(20, 20, 22) if mended else (52, 52, 40), width=13)


def charger(d: Draw, random: Random, mended: bool) -> None:
    facade(d, random, 700)
    ground(d, random, 700)
    for at in range(3):
        x = 220 + at * 360
        d.rectangle((x, 430, x + 170, 820), fill=(232, 234, 236), outline=(150, 154, 158), width=6)
        d.rectangle((x + 24, 470, x + 146, 570), fill=(24, 110, 74) if mended or at != 1 else (32, 34, 36))
        d.ellipse((x + 62, 610, x + 110, 658), fill=(40, 42, 46))
        d.rectangle((x, 790, x + 170, 820), fill=(40, 120, 170))
    if not mended:
        d.polygon([(570, 424), (770, 424), (760, 596), (584, 600)], fill=(240, 236, 220))
        d.line((600, 470, 742, 560), fill=(190, 40, 34), width=16)
        d.line((742, 470, 600, 560), fill=(190, 40, 34), width=16)


def window(d: Draw, random: Random, mended: bool) -> None:
    tone = random.choice([(214, 206, 190), (222, 216, 200)])
    d.rectangle((0, 0, W, H), fill=tone)
    speckle(d, random, (0, 0, W, H), tone, 300)
    d.rectangle((300, 150, 1060, 800), fill=(236, 238, 240), outline=(160, 164, 166), width=16)
    for x in (330, 700):
        d.rectangle((x, 184, x + 330, 766), fill=(150, 178, 194))
        d.polygon([(x + 30, 200), (x + 120, 200), (x + 60, 750), (x + 10, 750)], fill=(182, 204, 216))
    if not mended:
        cx, cy = random.randint(800, 920), random.randint(360, 560)
        for _ in range(18):
            d.line(
                [(cx, cy), (cx + random.randint(-170, 170), cy + random.randint(-210, 210))],
                fill=(236, 242, 246),
                width=5,
            )
        d.polygon([(cx - 46, cy - 36), (cx + 54, cy - 22), (cx + 30, cy + 52), (cx - 40, cy + 34)], fill=(52, 56, 60))
        d.line([(300, 800), (240, 900), (330, 1000)], fill=(120, 112, 98), width=9)
