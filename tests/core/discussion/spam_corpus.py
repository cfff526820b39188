"""
Spam as it comes to sites like this one: kinds that are known, in words of our own.

Each kind is a function that makes one (name, e-mail, website, typed text) from a source of chance,
so that thousands differ and the same seed gives the same.
"""

# ruff: noqa: E501 - an advertisement is one line
import random
from collections.abc import Callable, Iterator
from typing import NamedTuple

Said = tuple[str, str, str, str]


class Spam(NamedTuple):
    kind: str
    name: str
    email: str
    website: str
    text: str


FIRST = "Mike Jenny Olga Ravi Chen Sara Tom Elena Viktor Priya Leo Grace Ahmed Lucas Nina".split()
LAST = "Smith Petrov Kumar Lee Brown Ivanova Silva Khan Jones Novak Meyer Rossi".split()
PRAISE = [
    "Great post! I really enjoyed reading this, keep up the good work.",
    "Hi there, I found your blog while searching and it is very informative.",
    "Wow, awesome article. I have bookmarked your site and will come back.",
    "Thanks for sharing such valuable information with us.",
    "What a great read, this is exactly what I was looking for.",
    "I am really impressed with your writing, very well written, nice post.",
    "Very nice article, thank you for sharing this useful information.",
    "Hello, your website is superb. I will be looking forward to your next post.",
    "Excellent post. I was checking this blog and I am impressed!",
    "Good article, I learn something new on your blog every day.",
]
LURES = ["Visit", "See more at", "Check out", "More info:", "Go to", "Read here", "Details:"]


def _person(chance: random.Random) -> tuple[str, str]:
    first, last = chance.choice(FIRST), chance.choice(LAST)
    host = chance.choice(["gmail.com", "mail.ru", "outlook.com", "yahoo.com", "proton.me"])
    return f"{first} {last}", f"{first}.{last}{chance.randrange(999)}@{host}".lower()


def _site(chance: random.Random, *words: str) -> str:
    end = chance.choice(["com", "net", "xyz", "top", "ru", "shop", "info", "click", "online"])
    number = chance.choice(["", str(chance.randrange(99)), "-24", "-pro", "-best"])
    return f"https://{chance.choice(words)}{number}.{end}/"


def pharma(chance) -> Said:
    name, email = _person(chance)
    drug = chance.choice(["viagra", "Cialis", "tramadol", "xanax", "sildenafil", "ivermectin"])
    site = _site(chance, "cheap-meds", "rx-pharmacy", "pills-direct", "my-healthstore")
    text = chance.choice([
        f"Buy {drug} online without prescription, fast delivery worldwide {site}",
        f"{drug} 50mg generic pills lowest price. Order now at {site} - no prescription needed!",
        f"Where can I get cheap {drug}? I always order at {site} and get a discount.",
        f"<a href=\"{site}{drug.lower()}\">{drug} for sale</a> best quality guaranteed",
    ])  # fmt: skip
    return name, email, "", text


def casino(chance) -> Said:
    name, email = _person(chance)
    site = _site(chance, "casino-royal", "best-slots", "lucky-bet", "spinwin")
    text = chance.choice([
        f"Best online casino with {chance.randrange(50, 500)} free spins and no deposit bonus: {site}",
        f"Play slots and win the jackpot today! Sign up now {site}",
        f"I won ${chance.randrange(1, 90)},000 in this online casino, register now and get 100% bonus {site}",
        f"Sports betting tips, sportsbook bonus, poker online. {chance.choice(LURES)} {site}",
    ])  # fmt: skip
    return name, email, chance.choice(["", site]), text


def seo(chance) -> Said:
    name, email = _person(chance)
    site = _site(chance, "rank-higher", "seo-agency", "linkbuilders", "digital-growth")
    text = chance.choice([
        f"Hi, we offer affordable SEO services to get your website on the first page of Google. Contact us at {email}",
        f"I noticed your site is not ranking. Our team of SEO experts provides high quality backlinks. {site}",
        f"Do you need more website traffic? We provide link building and guest post services, domain authority 50+. {site}",
        f"Hello webmaster, increase your Google ranking with our agency. Guaranteed results in 30 days! {chance.choice(LURES)} {site}",
    ])  # fmt: skip
    return chance.choice([name, "SEO Services", "Digital Marketing Agency"]), email, site, text


def crypto(chance) -> Said:
    name, email = _person(chance)
    coin = chance.choice(["Bitcoin", "Ethereum", "crypto", "USDT"])
    text = chance.choice([
        f"I invested ${chance.randrange(300, 5000)} in {coin} trading with Mrs {name} and got a profit of ${chance.randrange(6, 90)},000 in one week. Whatsapp +1 (555) 010-{chance.randrange(1000, 9999)}",
        f"Earn passive income with {coin} mining! Minimum deposit $100, withdraw any time. {_site(chance, 'coin-invest', 'crypto-gain')}",
        f"My {coin} was stolen and this recovery expert got it back. Contact him on Telegram @recover{chance.randrange(99)}x",
        f"Forex and binary options signals with guaranteed profits, join now on telegram: t.me/fxsignal{chance.randrange(99)}",
    ])  # fmt: skip
    return name, email, "", text


def essays(chance) -> Said:
    name, email = _person(chance)
    site = _site(chance, "essay-writers", "top-papers", "assignment-pro", "thesis-help")
    text = chance.choice([
        f"As a student I had no time for homework, so I used an essay writing service. Plagiarism free, professional writers: {site}",
        f"Write my essay for me! Students can buy essay papers here with a guaranteed grade {site}",
        f"Struggling with your assessment? Get assignment help from experts before the deadline. {chance.choice(LURES)} {site}",
        f"Dissertation service for teachers and students, custom essays, 20% off your first order {site}",
    ])  # fmt: skip
    return chance.choice([name, "Essay Writing Service", "assignment help"]), email, site, text


def praise(chance) -> Said:
    name, email = _person(chance)
    site = _site(
        chance,
        "roofing-dallas",
        "my-fitness-tips",
        "best-movers",
        "travel-deals",
        "daily-blog",
        "garden-world",
        "oaks-dental",
    )
    return name, email, site, " ".join(chance.sample(PRAISE, chance.choice([1, 2])))


def keyword_name(chance) -> Said:
    email = _person(chance)[1]
    name = chance.choice(
        [
            "cheap car insurance quotes",
            "best vpn deals",
            "Buy Instagram Followers",
            "plumber near me services",
            "roofing contractors Dallas deals",
            "online casino Canada",
            "payday loans no credit check",
            "wholesale jerseys",
        ]
    )
    return (
        name,
        email,
        _site(chance, name.replace(" ", "-").lower()),
        chance.choice(
            [
                "Nice.",
                "I agree with you.",
                "Good point about students.",
                "Interesting, thanks.",
                *PRAISE,
            ]
        ),
    )


def russian(chance) -> Said:
    site = _site(chance, "kazino", "zaim-online", "diplom", "prodvizhenie")
    text = chance.choice([
        f"Лучшее онлайн казино с бонусом без регистрации, играть на деньги {site}",
        f"Купить диплом недорого с доставкой, гарантия качества. {site}",
        f"Взять займ онлайн на карту без отказа {site}",
        f"Продвижение сайтов в топ, заказать недорого: {site}",
        "Заработок в интернете от 5000 рублей в день, пишите в телеграм @rabota777",
        "Отличная статья, спасибо! Загляните и ко мне, скидка для всех",
    ])  # fmt: skip
    return (
        chance.choice(["Виктор", "Svetlana", "Марина"]),
        f"u{chance.randrange(9999)}@mail.ru",
        "",
        text,
    )


def chinese(chance) -> Said:
    text = chance.choice([
        f"网上赌场注册送彩金 {_site(chance, 'bet88', 'vip777')}",
        "专业论文代写，质量保证，加微信 abc88123",
        f"低息贷款，当天放款，联系电话 138{chance.randrange(10000000, 99999999)}",
        f"正品代购优惠，欢迎访问 {_site(chance, 'daigou', 'mall')}",
        "网赚项目，日赚千元，加微信了解",
    ])  # fmt: skip
    return chance.choice(["小王", "Li", "代购"]), f"{chance.randrange(99999)}@qq.com", "", text


def bbcode(chance) -> Said:
    name, email = _person(chance)
    site = _site(chance, "jerseys", "shoes", "games", "hosting", "forum-help")
    what = chance.choice(["cheap shoes", "click", "my site", "free movies", "hosting"])
    text = chance.choice([
        f"[url={site}]{what}[/url]",
        f"Nice thread [url={site}]{what}[/url] [link={site}]{what}[/link]",
        f"<a href='{site}'>{what}</a> [url={site}]{what}[/url] {site}",
        f"[b]{what}[/b] [img]{site}x.jpg[/img] [url]{site}[/url]",
    ])  # fmt: skip
    return name, email, site, text


def phishing(chance) -> Said:
    name, email = _person(chance)
    site = _site(chance, "secure-login", "account-verify", "webmail-update")
    text = chance.choice([
        f"Attention: your account has been suspended. Verify your account within 24 hours: {site}",
        f"Dear user, confirm your password here to keep your mailbox {site}login",
        f"Congratulations, you have won a $1000 gift card! Claim your prize at {site}",
        f"Your parcel could not be delivered, click here bit.ly/{chance.randrange(10**6)}x",
    ])  # fmt: skip
    return chance.choice([name, "Support Team", "Customer Service"]), email, "", text


def loans(chance) -> Said:
    name, email = _person(chance)
    return f"Mrs {name}", email, "", chance.choice([
        f"Do you need a loan? We offer business loan and personal loan at 2% interest rate. Contact us via email: {email}",
        f"Instant loan approval, bad credit accepted, apply now. Same day payday loans {_site(chance, 'fast-cash', 'quickloan')}",
        f"I want to testify how Dr {name} gave me a loan of $50,000 when my bank refused. Contact her: {email} or whatsapp +44 7700 900{chance.randrange(100, 999)}",
        f"Debt consolidation with low interest, {chance.choice(LURES)} {_site(chance, 'debtfree', 'loan-offer')}",
    ])  # fmt: skip


def replica(chance) -> Said:
    name, email = _person(chance)
    brand = chance.choice(["Rolex", "Louis Vuitton", "designer handbags", "NFL jerseys"])
    site = _site(chance, "replica-store", "luxury-outlet", "brandbags")
    text = f"{chance.choice(['Cheap', 'Best replica', 'Wholesale', 'Top quality replica'])} {brand} with free shipping, {chance.choice(['buy now', 'order now', '70% off'])} {site}"
    return name, email, "", text


def adult(chance) -> Said:
    name, email = _person(chance)
    return chance.choice(["Hot Anna", name, "Kristina89"]), email, "", chance.choice([
        f"Hot girls in your area want to meet you tonight {_site(chance, 'adult-dating', 'hookup-now')}",
        f"Free porn webcam, no registration {_site(chance, 'sexcam', 'xxx-tube')}",
        f"Escort service with discreet girls, call +1 555 010 {chance.randrange(1000, 9999)}",
        f"I am a lonely girl looking for sex, my nude photos are here bit.ly/{chance.randrange(10**6)}",
    ])  # fmt: skip


def backlinks(chance) -> Said:
    name, email = _person(chance)
    sites = [
        _site(chance, "news-hub", "tech-tips", "blog-net", "web-dir", "my-links", "offers")
        for _ in range(chance.randrange(3, 12))
    ]
    return name, email, "", chance.choice(["", "Useful resources: ", "Look "]) + " ".join(sites)


def link_alone(chance) -> Said:
    name, email = _person(chance)
    short = chance.choice(["bit.ly", "tinyurl.com", "cutt.ly", "is.gd"])
    return (
        name,
        email,
        "",
        f"{chance.choice(['', 'wow ', 'look at this ', 'so funny '])}https://{short}/{chance.randrange(10**7)}",
    )


def disguised(chance) -> Said:
    name, email = _person(chance)
    words = chance.choice(
        [
            "buy viagra online",
            "online casino bonus",
            "payday loans today",
            "seo services cheap",
            "replica watches store",
        ]
    )
    dress = chance.choice([
        lambda text: text.translate(str.maketrans("aoei", "аоеі")),  # Cyrillic
        lambda text: "\u200b".join(text),
        lambda text: text.replace("i", "1").replace("a", "@").replace("o", "0"),
        lambda text: text.upper(),
        lambda text: text.translate({ord(letter): 0x1D41A + number for number, letter in enumerate("abcdefghijklmnopqrstuvwxyz")}),
    ])  # fmt: skip
    return name, email, "", f"Hello friends, {dress(words)} {_site(chance, 'shop1', 'deal4u')}"


def local_trade(chance) -> Said:
    name, email = _person(chance)
    trade = chance.choice(
        [
            "packers and movers",
            "escape room",
            "locksmith",
            "limo service",
            "plumber",
            "roofing",
            "immigration consultant",
            "astrologer",
            "real estate agent",
        ]
    )
    site = _site(chance, trade.replace(" ", "-"))
    return (
        chance.choice([name, trade.title()]),
        email,
        site,
        f"{chance.choice(PRAISE)} Our company is the best {trade} in town, affordable prices, call us or visit our website {site}",
    )


def spells(chance) -> Said:
    name, email = _person(chance)
    return (
        name,
        email,
        "",
        f"My name is Mrs {name}, my husband left me and a powerful spell caster brought him back with a love spell. Contact him: {email} or WhatsApp +234 805 010 {chance.randrange(1000, 9999)}",
    )


def pastime(chance) -> Said:
    name, email = _person(chance)
    site = _site(
        chance, "movies-hd", "free-games", "softcrack", "vpn-deal", "cbd-shop", "keto-life"
    )
    return name, email, chance.choice(["", site]), chance.choice([
        f"Watch online HD free full movies, download free {site}",
        f"Get the keygen and crack for free, {chance.choice(LURES)} {site}",
        f"CBD oil and keto gummies for weight loss, special offer: buy now {site}",
        f"Male enhancement pills that work, 100% guaranteed, promo code SAVE{chance.randrange(90)} {site}",
        f"Best VPN coupon, {chance.randrange(50, 90)}% off, limited offer {site}",
        f"Earn money online, work from home, $500 a day, no skills. {chance.choice(LURES)} {site}",
    ])  # fmt: skip


KINDS: list[Callable[[random.Random], Said]] = [
    pharma, casino, seo, crypto, essays, praise, keyword_name, russian, chinese, bbcode, phishing,
    loans, replica, adult, backlinks, link_alone, disguised, local_trade, spells, pastime,
]  # fmt: skip


def spam(count: int, seed: int) -> Iterator[Spam]:
    """`count` spam comments, of all kinds in turn."""
    chance = random.Random(seed)
    for number in range(count):
        make = KINDS[number % len(KINDS)]
        yield Spam(make.__name__, *make(chance))
