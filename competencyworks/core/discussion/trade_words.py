"""
What advertisers say, and what teachers do: the vocabulary of `traits`.

Staff have word lists of their own in the discussion settings; one hit there decides. These here
only add up.
"""

# Phrase → points.
TRADE: dict[str, int] = {
    **dict.fromkeys(
        """
        viagra|cialis|levitra|tramadol|xanax|sildenafil|tadalafil|hydroxychloroquine|ivermectin|
        online casino|casino|slot machine|slots|jackpot|sportsbook|betting|poker online|baccarat|
        free spins|no deposit bonus|essay writing service|write my essay|write my paper|
        custom essays|assignment help|dissertation service|term papers for sale|buy essay|
        payday loan|payday loans|instant loan|personal loan|bad credit|debt consolidation|
        loan offer|business loan|bitcoin|ethereum|forex|crypto trading|binary options|
        trading signals|passive income|recover my funds|recovery expert|hacker for hire|
        seo services|seo agency|seo expert|backlinks|guest post|guest posting|link building|
        domain authority|rank on google|google ranking|first page of google|search engine ranking|
        website traffic|buy followers|instagram followers|replica watches|replica|rolex|
        louis vuitton|cheap jerseys|designer handbags|wholesale|escort|escorts|hookup|hot girls|
        webcam|porn|adult dating|sex|nude|weight loss|keto gummies|cbd oil|male enhancement|
        testosterone booster|lottery|spell caster|love spell|illuminati|
        work from home|make money online|earn money online|escorts service|
        verify your account|account has been suspended|confirm your password|gift card generator|
        claim your prize|you have won|limited offer|special offer|click here|visit our website|
        visit my website|visit my site|check out my site|check my blog|free shipping|
        lowest price|best price|discount code|promo code|order now|buy now|call us|
        без регистрации|казино|займ|кредит онлайн|купить|скидка|заработок|ставки|порно|
        диплом|заказать|продвижение сайтов|бесплатно|перейти по ссылке|
        代购|彩票|赌场|贷款|网赚|发票|娱乐城|博彩|微信|加微信|优惠|代写|论文代写|色情|棋牌
        """.replace("\n", "").split("|"),
        3,
    ),
    **dict.fromkeys(
        """
        loan of|without prescription|no prescription|pharmacy|generic pills|pills|fast delivery|
        guaranteed|100 percent|money back|best quality|cheap|affordable prices|for sale|
        sign up now|register now|join now|contact us|our company|our services|our agency|
        our team of|we offer|we provide|low interest|interest rate|apply now|same day|
        return on investment|invest|investment|profits|deposit|withdraw|bonus|coupon|
        followers|traffic|ranking|rankings|top quality|high quality|plagiarism free|
        professional writers|deadline|a guaranteed grade|singles|dating|discreet|
        download free|crack|keygen|streaming|watch online|hd free|vpn|
        packers and movers|escape room|plumber|roofing|locksmith|real estate agent|
        visa services|immigration consultant|astrologer|vashikaran|limo service|
        сайт|цена|деньги|недорого|online shop
        """.replace("\n", "").split("|"),
        2,
    ),
}
TRADE = {phrase.strip(): points for phrase, points in TRADE.items() if phrase.strip()}

# In a name or a host's name.
SIGNATURES: list[str] = """
    viagra cialis pharmacy pills casino slots slot betting bet poker seo backlinks marketing
    agency loans loan credit payday crypto bitcoin forex trading invest essay essays assignment
    dissertation writers replica watches jerseys handbags escort escorts dating hookup porn sex
    cbd keto vape movers plumbing plumber roofing locksmith limo hosting followers traffic
    cheap buy discount wholesale coupon shop store deals services rentals
    казино купить займ кредит ставки диплом
""".split()

PRAISE: list[str] = """
    great post|nice post|awesome post|amazing post|good post|excellent post|wonderful post|
    great article|nice article|good article|excellent article|awesome article|amazing article|
    great blog|nice blog|awesome blog|amazing blog|your blog|this blog|your website|your web site|
    your site|this site|this web site|very informative|so informative|informative post|
    informative article|keep up the good work|keep it up|keep writing|bookmarked|bookmark your|
    thanks for sharing|thank you for sharing|thanks for this information|great information|
    useful information|valuable information|really enjoyed reading|i enjoyed reading|
    look forward to reading more|looking forward to your next|subscribed to your|rss feed|
    well written|superb|fantastic website|great content|quality content|nice info|good info|
    helpful info|what a great|loved this post|interesting read|impressive article|
    right what i was looking for|exactly what i was looking for|worth reading|
    wonderful work|excellent work|nice sharing|awesome content|magnificent
""".replace("\n", "").split("|")
PRAISE = [phrase.strip() for phrase in PRAISE]

OPENINGS: list[str] = """
    dear sir|dear friend|dear webmaster|dear site owner|hello webmaster|hi admin|hello admin|
    attention|my name is mrs|i am dr|testimony|i want to testify|gave me a loan|i stumbled upon|
    i came across your|while browsing|hi there i found|hello everyone i am|do you need
""".replace("\n", "").split("|")
OPENINGS = [phrase.strip() for phrase in OPENINGS]

SHORTENERS = frozenset(
    """
    bit.ly tinyurl.com goo.gl t.co is.gd ow.ly cutt.ly rebrand.ly shorturl.at rb.gy t.ly v.gd
    clck.ru vk.cc s.id soo.gd adf.ly linktr.ee tiny.cc
    """.split()
)

FIELD = frozenset(
    """
    student students teacher teachers learner learners competency competencies mastery rubric
    rubrics grading grade grades classroom school schools district districts principal curriculum
    assessment assessments standards transcript transcripts credit credits pacing faculty
    instruction kids parents pedagogy advisory homework
    """.split()
)
