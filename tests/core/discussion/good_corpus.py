"""
Comments in good faith, as teachers, principals, parents, researchers and students write them: long
and short, with links, quotes, medicines and money, names of all kinds, other languages.
"""

# ruff: noqa: E501 - a comment is one line

from typing import NamedTuple


class Good(NamedTuple):
    name: str
    website: str
    text: str


# Name | website | text; a bare line has a name of the list below.
LINES = """
||Thank you!
||Thanks for this.
||Great post!
||This is exactly what my team needed to hear before Monday. Thank you for writing it.
||Well said, Miriam.
||I agree.
||+1
||Amen to the part about retakes.
||Yes, yes, yes. Now how do I get my superintendent to read it?
||Lovely.
||What a great story about the student in Room 212. I teared up a little.
||Nice post. One question: what happened to the students who were not ready in June?
||Very helpful, and well written. I shared it with our grading committee.
||Great article! We are in year two of the same work in our district and the third paragraph could have been about us.
||I really enjoyed reading this. My own kids are in a school that does it, and report cards finally make sense.
||Thanks for sharing. I would love to see the rubric itself, if you are free to post it.
||Excellent work as always. I have bookmarked it for my methods class.
||I look forward to reading more of this series. Part 3 is the one I need.
||Keep up the good work, all of you. Small schools are watching.
||Interesting read, but I am not convinced that time can really vary when buses leave at 2:40.
||We stopped averaging in 2014. It took two years before the math department trusted it, and then nobody wanted to go back.
||As a parent I was furious at first. A 3 out of 4 looked like a C to me. What helped was one evening with the principal and a stack of real student work.
||My daughter has an IEP, and for the first time the meeting was about what she can do. I wish every school did this.
||I teach ninth-grade algebra. Of 112 students, 31 needed more time last semester, and all but four got there by October. The grade book could not show that; I kept a paper list.
||A question about transcripts: have any of the selective colleges pushed back? Our counselor is worried, and I have no answer.
||The credit hour was never a measure of learning. Carnegie wanted a way to pay pensions. We have been counting chairs for a hundred years.
||Counterpoint: without seat time, who makes sure that the kid who coasts gets taught at all? I have seen 'self-paced' mean 'alone with a screen'.
||I disagree with nearly every sentence, and I am glad you published it.
||You lost me at 'unpacking'. Otherwise a clear piece.
||Principal here, 480 students, rural. The hard part was not the grading. The hard part was the master schedule.
||> The bell schedule was the curriculum
||> We stopped averaging
||Our union asked a fair question: if a teacher reassesses eleven students on a Thursday evening, who pays for the Thursday evening?
||We spent $14,000 on a grading platform and went back to a spreadsheet after one term. I would rather have spent the money on two days of substitute time.
||What does this cost? Our board will ask. The state grant was $250,000 over three years, and it ends in June.
||The state pays by enrollment on October 1. Credit recovery in March earns us nothing. Has anybody got around that?
||My son takes Adderall, and mornings are bad. A school that lets him show his learning at two in the afternoon changed our lives.
||In our health unit the competency is 'evaluates claims about medicines', and students compare an ad for Viagra with the label. They learn more about evidence there than in my lab.
||We do a statistics project on casino games. Expected value sticks when the house wins.
||The bitcoin example in the economics task confused my students more than it helped. Any other idea for exponential growth?
||My students followed a stock portfolio for a term. Two of them lost everything on paper and wrote the best reflections.
||I run the school pharmacy technician program, and industry certification is our performance assessment. Nobody argues about the rubric when a real pharmacist signs it.
||Loan debt is why I care about this. If a nurse's aide can show what she knows, she should not borrow money to sit through it again.
||Students at our college pay $6,000 for credits that they could have earned by portfolio. Prior learning assessment is an equity issue.
||The study that you want is by the regional lab: https://research.example.org/mastery-grading-2015 It finds small gains and large variance.
||Two sources for those who ask about evidence: https://journal.example.org/articles/123 and https://policy.example.org/briefs/competency . Both are open.
||Here is our district's graduation policy, board approved last week: https://www.district12.example.us/policy/ikf.pdf
||Our rubric is at www.ourschool.example.org/rubrics, use what you like.
||I wrote about the same meeting from the other side of the table, on my class blog: https://room14.example.net/the-other-side
||Does anybody have the link to the New Hampshire guidance? The one that I had, https://education.example.gov/pace, is gone.
||See also Bloom, B. S. (1968). Learning for mastery. Evaluation Comment, 1(2), 1-12. Everything old is new again.
||A correction: the law passed in 2005, not 2008. The waiver came in 2008.
||Small typo in paragraph four: 'principle' should be 'principal'. (I grade essays all day, sorry.)
||The link to the toolkit is broken.
||Could you say where the quotation comes from? I would like to use it in my dissertation.
||I am writing a master's thesis about habits of work and am looking for two middle schools to interview. My address is with the editors.
||Is there a webinar about this? Our teachers would sign up now.
||Will the slides be posted?
||How do you handle attendance? Ours is tied to funding.
||I'd add one step: ask the students. Ours rewrote every competency in words that they would use, and threw out four of nineteen.
||As a substitute I see five schools a month. You can tell in ten minutes which ones mean it: ask a kid what she is working on and why.
||The welding instructor at our center has done this for thirty years and does not know it has a name.
||Our faculty senate asked the same seven questions. I will bring your answers on Thursday, with coffee.
||Accreditors came in April. 'Regular and substantive' was all that they wanted to talk about.
||I'm a first-year teacher and completely overwhelmed by this. Where would you start? One class? One unit?
||Start with one unit, Jess. Pick the one that you love. Drop the zeroes first.
||It took us six drafts to get 'analyzes' right. SIX. And then the art teacher fixed it in one sentence.
||I WISH I COULD SHARE THIS WITH EVERY PARENT IN MY DISTRICT
||Sorry for the caps, my keyboard at school sticks.
||OMG this!!! My team was JUST arguing about it!
||😂 the coffee pot. Every grading meeting ever.
||👍 from a tired principal
||I laughed at 'pace is not teacher pace'. Then I went back to my pacing guide and stopped laughing.
||Do not sell this as technology. It is teaching.
||The vendors have found the word 'competency'. Every sales call now promises it. Buyer beware.
||I get three sales calls a week for 'personalized learning platforms'. Not one could show me a student's work.
||We looked at four learning management systems; the cheap one did the job. Happy to compare notes.
||Guaranteed results? Nobody can promise that. But our graduation rate went from 81 to 88 percent in five years.
||The bonus for teachers was tied to test scores, which undid in a week what we had built in three years.
||Traffic in the hallway was the first thing that changed when we dropped bells.
||Please visit us! We have open days in October; call the office and ask for Ms. Delgado.
||You are welcome to visit our school in Portland any Tuesday.
||If you want our task bank, write to the office. It's free, it's messy, it's ours.
||We offer our students a second chance at every assessment, and the sky did not fall.
||Our company of parents (PTA) read this together.
||Our services for English learners are built on the same idea: show me, do not tell me how long you sat.
||The essay is not the only way to show understanding. My students made a podcast, and I learned to assess it.
||Who writes the essay now? With chatbots around, I only believe what I hear a student explain.
||Sex education is the unit in which I saw this work best, of all places. Kids ask real questions when no grade hangs on it.
||The word 'mastery' makes some of us uncomfortable. We say 'proficiency'.
||On equity: our Black and Latino students were twice as likely to be 'not yet' in September. By May the gap had halved. Not closed. Halved.
||The critique deserves a better answer than this. Who decides what counts as a competency? In whose language?
||Being a student in this system: it is harder, because you cannot hide. I am 17 and I would not go back.
||i am in 10th grade and my school does this and honestly the retakes are stressful because they never end
||hi im a student and i think its good because if you fail you can try again
||Mi hija aprende en dos idiomas, y por primera vez la escuela lo ve como una ventaja. Gracias por escribirlo.
||Merci pour cet article. Au Québec, nous discutons des compétences depuis vingt ans, avec les mêmes malentendus.
||Vielen Dank, das lese ich mit meinem Kollegium. Bei uns heißt es 'Lernstandsgespräch'.
||Obrigada! Aqui em Porto Alegre tentamos o mesmo com as turmas do sexto ano.
||Kiitos! In Finland we would say that trust comes first, assessment second.
||I have a Ukrainian student who came in March. Her transcript said nothing that we could read; her notebooks said everything.
||The Greek word is ἀρετή, for what it's worth, and it was never about time either.
||My Chinese students asked me what 'competency' is in Chinese. We settled on 能力, though it is closer to 'ability'.
||Русская поговорка fits: repetition is the mother of learning. (Повторение — мать учения.)
||Naïve question from a café: does the résumé of a student show 'levels' or grades?
||I second what Dr. Nguyen-O'Brien said above.
||@T. Greaves: you can think critically about a river you have heard of. That's what maps are for.
||In answer to Paula: we ask for three pieces of evidence, two of them not tests.
||To the moderator: my first comment had my full school's name in it, could you take it out? Thanks.
||Nobody mentions the librarians. Ours holds the whole thing together.
||We read your 2012 report when we began. It is strange and good to be quoted in this one.
||There's no such thing as a neutral rubric. I say that as someone who wrote forty.
||1. Which standards? 2. Who decides? 3. What if a student moves away in March? My three questions for any presenter.
||Our definition, for what it is worth: students advance upon demonstrated mastery; competencies include explicit, measurable, transferable learning objectives; assessment is meaningful.
||The five-part definition is good. I only wish it had a verb for teachers.
||My mother taught in a one-room school in Vermont and would have shrugged at this. 'Of course they move on when they are ready.'
||Eight-year-olds moving on when ready is fine. Eight-year-olds being left is not. How do you keep the group a group?
||I would pay for a printed version of this series. Is there a book?
||Is there a discount for the conference if a whole team signs up? The registration page does not say.
||The free webinar was better than the conference I paid $600 for.
||I click through to every example that you list, and half of the schools have since dropped the model. A follow-up would be honest.
||Follow the money: testing contracts are why this moves slowly.
||Apologies, wrong button. My comment above should have been an answer to Luis.
||Can we get this in Spanish for our families?
||Reposted on our staff board with your name on it. I hope that's all right.
||I've been reading this blog since the beginning; this is the best piece this year.
||Your blog is required reading in my educational leadership course.
||This blog keeps me sane. There, I said it.
||Is your site down on weekends? I could not reach it on Sunday.
||Subscribed. Is there a feed for one series only?
Dr. Amara Okonkwo-Lindqvist|https://okonkwo.example.edu/|In our replication with 1,204 students the effect was half of what the first study reported, though still positive. Preprint on my page.
José Ángel Peña||The language of the rubric decides who can use it. Ours is in both languages, and the parents read it.
Ngũgĩ wa Kamau||In Kenya the competency-based curriculum arrived in one year for the whole country. Learn from our haste.
Þórdís Jónsdóttir||We have had portfolios for young children for a decade. The trick is to throw most of it away.
Xu Wei||I came to a US school at 14 with no English. Nobody asked what I knew of mathematics. That is my whole comment.
Siobhán O'Rourke|https://www.example.ie/|Transition Year in Ireland is worth a look, for all who say that time cannot be given back.
R. J.||Good.
M||Is 'M' enough of a name? Anyway: thank you for the paragraph on trust.
Mr. K's 4th period||We read your post in class. We think retakes are fair if you do the practice first. 22 of us agree, 3 do not.
Grandpa of four||In my day you sat still and got a C. I like this better.
The Hartwell Elementary Staff||All fourteen of us read it on Friday. Two are still arguing.
Coach Dee||On my field nobody plays varsity because he sat on the bench for 180 days. Same idea.
Anonymous teacher||Cannot give my name. Our district announced 'competency' in August and gave us one afternoon. Please write about bad roll-outs too.
Superintendent (ret.)||Twenty-six years. The waiver was the easy part.
Dr Lee, MD||In medical training we call these entrustable activities. A resident moves on when I would let her treat my father.
Nurse educator||NCLEX does not care how long you sat in my class; neither do patients. But accreditation does.
Bookshop on Main||We put your reading list in the window. Parents came in and asked good questions.
Prof. Dr. h. c. Hans-Jürgen Müller-Lüdenscheidt||Eine kurze Anmerkung: the distinction between Kompetenz and Performanz is older than Bloom.
""".strip().splitlines()

NAMES = [
    "Paula Renner", "T. Greaves", "Luis Ortega", "Jess", "Karen W.", "Dwayne Carter", "Mei-Ling Tan",
    "Fatima al-Sayed", "Bill", "Anne-Marie Dubois", "O. Petersen", "Kwame", "Ms. Delgado", "Sam",
    "Priya Raman", "Ivy Chen", "Tomasz Wójcik", "Hannah B.", "Greg from Ohio", "Leilani K.",
]  # fmt: skip

OPENINGS = [
    "We tried this with our sixth graders last fall.",
    "I was skeptical when our principal put this on the agenda.",
    "From a parent's side it looks a little different.",
    "Our district has 3,200 students and four high schools.",
    "I have taught chemistry for nineteen years.",
]
MIDDLES = [
    "What surprised me was how much the students had to say about the rubric.",
    "The reporting was the hard part; families wanted to see a letter.",
    "Retakes dropped after the first quarter, once practice came first.",
    "Two teachers scoring the same essay disagreed by a full level, and that talk was worth more than any workshop.",
    "The assessment itself took us a summer to write, and a winter to rewrite.",
]
CLOSINGS = [
    "Thank you for putting words to it.",
    "Would you do anything differently?",
    "I'd be glad to hear how others handle the schedule.",
]


def good() -> list[Good]:
    """Two hundred comments, each with words of its own."""
    found = []
    for number, line in enumerate(LINES):
        name, website, text = line.split("|")
        found.append(Good(name or NAMES[number % len(NAMES)], website, text))
    pairs = ((opening, middle) for opening in OPENINGS for middle in MIDDLES)
    triples = [f"{opening} {middle} {closing}" for opening, middle in pairs for closing in CLOSINGS]
    for number, text in enumerate(triples[: 200 - len(found)]):
        found.append(Good(NAMES[number % len(NAMES)], "", text))
    return found
