"""What the guard knows of English."""

from pipeline.quotes.languages.table import Language, counted, pairs, phrases, words

_SMALL = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen"
)
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"

TABLE = Language(
    fillers=phrases(
        "um,uh,uhm,umm,er,erm,ah,hmm,hm,mm,mhm,like,you know,i mean,you know what i mean,"
        "or whatever,and whatnot,and stuff,and stuff like that,you see"
    ),
    grading=words("so well right all"),
    openers=phrases("so,well,and,okay,yeah,yes,right,oh,now,alright,all right,and so,so yeah"),
    backchannels=words(
        "yeah yes yep yup right okay mhm mm hmm hm uh huh sure exactly wow oh true cool nice "
        "interesting great totally absolutely ah i see"
    ),
    contractions=pairs(
        "gonna=going to,gotta=got to,wanna=want to,kinda=kind of,sorta=sort of,lemme=let me,"
        "gimme=give me,dunno=do not know,outta=out of,lotta=lot of,'cause=because,cuz=because,"
        "coz=because,'em=them,'til=until,til=until,y'all=you all,ya=you,let's=let us,"
        "can't=can not,cannot=can not,won't=will not,shan't=shall not,ain't=is not,"
        "o'clock=o'clock,coulda=could have,woulda=would have,shoulda=should have,'bout=about,"
        "imma=i am going to,hafta=have to,tryna=trying to,c'mon=come on,'tis=it is,d'you=do you"
    ),
    suffixes={"re": "are", "ve": "have", "ll": "will", "m": "am", "s": "'s", "d": "'d"},
    open_suffixes={"'s": words("is has us does"), "'d": words("would had did")},
    spellings=pairs(
        "ok=okay,alright=all right,percent=%,&=and,vs=versus,dr=doctor,mr=mister,tv=television,"
        "grey=gray,programme=program,centre=center,theatre=theater,defence=defense,"
        "judgement=judgment,ageing=aging,e-mail=email,mum=mom,cheque=check,catalogue=catalog,"
        "dialogue=dialog,analogue=analog,travelling=traveling,modelling=modeling,"
        "labelled=labeled,modelled=modeled,whilst=while,towards=toward,afterwards=afterward,"
        "artefact=artifact,licence=license,offence=offense,sceptical=skeptical"
    ),
    british=True,
    one_words=words("a an"),
    thousands=",",
    negations=words(
        "not no never none nothing nobody nowhere neither nor without hardly barely scarcely "
        "cannot nope non rarely seldom except unless"
    ),
    quantities=words(
        "half halves thirds quarter quarters fifths tenths dozen dozens hundreds thousands millions "
        "billions trillions once twice thrice double triple quadruple couple"
    ),
    shares=words(
        "all any each every both either one ones none part parts percentage fraction third fifth tenth "
        "majority minority many most few some little"
    ),
    links=words("of to from in"),
    bounds=phrases(
        "up to,more than,less than,fewer than,about,around,over,under,above,below,close to,as many as,"
        "as much as,as few as,as little as,upwards of,north of,just,no more than,no less than"
    ),
    units=words(
        "% percentage dollar dollars cent cents euro euros pound pounds mile miles km kilometer "
        "kilometers meter meters metre metres foot feet inch inches kilo kilos kg gram grams ton tons "
        "second seconds minute minutes hour hours day days week weeks month months year years times "
        "degree degrees hundred thousand million billion trillion grand"
    ),
    thwarting=words(
        "fail fails failed failing refuse refuses refused refusing forget forgets forgot forgotten "
        "neglect neglects neglected decline declines declined try tries tried trying attempt attempts "
        "attempted avoid avoids avoided stop stops stopped keep keeps kept prevent prevents prevented "
        "refrain refrains refrained pretend pretends pretended threaten threatens threatened used "
        "wrong illegal impossible unable reluctant unwilling accused accuse accuses capable incapable"
    ),
    denials=phrases(
        "far from,anything but,instead of,rather than,other than,as opposed to,nothing like,short of,"
        "the opposite of,the lack of,lack of,absence of,hardly any,all but,against,too"
    ),
    asserting=words("and or but nor because since so by with without from after before than like"),
    refusals=words("no nope nah"),
    hedges=phrases(
        "maybe,perhaps,probably,possibly,apparently,presumably,supposedly,allegedly,likely,unlikely,"
        "kind of,sort of,i think,i guess,i suppose,i believe,i feel,i assume,i suspect,i would say,"
        "i imagine,i hope,in my opinion,in my view,in my mind,it seems,seems,seem,seemed,appears,"
        "appear,roughly,approximately,almost,nearly,mostly,usually,often,sometimes,"
        "generally,typically,relatively,somewhat,fairly,partly,partially,potentially,arguably,"
        "essentially,basically,in some ways,in some sense,in a sense,in a way,to some extent,"
        "to a degree,more or less,or so,or something,or something like that,at least,at most,"
        "as far as i know,as far as i can tell,not sure,could be,a bit,a little,some,many,most,few,"
        "tend,tends,tended,only,hypothetically,hypothetically speaking,for the sake of argument,"
        "for argument 's sake,in theory,in principle,theoretically"
    ),
    softeners=phrases("basically,essentially,kind of,sort of,a bit,a little"),
    modals=words("can could may might must shall should will would ought 'd need needs supposed"),
    negating=words("in im il ir un non dis anti"),
    participle=r"\w{2,}(?:ed|en)|gone|done|left|lost|made|told|sold|paid|kept|sent|built|brought|caught|met|led",
    relatives=words("who which whose"),
    relating=words("who whom which whose where"),
    persons=words("he she they him her them his their"),
    turns=phrases(
        "but,no,nope,however,yet,actually,though,although,except,not,nonsense,unless,only,"
        "then again,on the other hand,in fact,well no,well actually,or rather,i mean no,that is wrong,"
        "that 's what they,that 's what the,that 's what people,that 's what he,that 's what she,"
        "that 's what my,so they say,that 's wrong,wrong,false,"
        "i mean they did not,if,at least,or at least,having said that,that said"
    ),
    same_past=words(
        "put let cut set hit read cost run come become hurt shut quit bet split spread beat overcome"
    ),
    naming=words(
        "call calls called calling word words term terms phrase phrases name named title titled book "
        "film song paper post motto like goes go going went ask asks asked asking answer answered "
        "write wrote read reads hear heard quote quotes shout shouted realize realized idea notion "
        "question or and"
    ),
    pronouns=words(
        "it he she they this that these those them him her his its their there here we us our you "
        "your i my me one ones then"
    ),
    reporting=words(
        "conclude concludes concluded feel feels felt infer infers inferred figure figured decides "
        "decided maintain maintains maintained estimate estimates estimated declare declares declared "
        "announce announces announced propose proposes proposed convinced accuse accuses accused warn "
        "warns warned complain complains complained worry worries worried swear swears swore teach taught "
        "state states stated allege alleges alleged suspect suspects suspected anticipate anticipated "
        "say says said saying think thinks thought thinking believe believes believed claim claims "
        "claimed argue argues argued suggest suggests suggested insist insists insisted assume assumes "
        "assumed imagine imagined guess guessed suppose supposed hope hopes hoped fear fears feared "
        "predict predicts predicted expect expects expected write writes wrote report reports reported "
        "tell tells told hear hears heard read reads realize realizes realized"
    ),
    own_view=words(
        "feel conclude suspect propose estimate figure realize realized "
        "say think believe guess suppose imagine assume expect argue tell suggest"
    ),
    subjects=words("i me we"),
    disowning=words(
        "doubt doubts doubted deny denies denied pretend pretends pretended wonder wonders wondered "
        "refute refutes refuted dispute disputes disputed wish wishes wished"
    ),
    telling=words(
        "say says said saying tell tells told telling claim claims claimed argue argued complained "
        "shout shouted insist insists insisted"
    ),
    quoting=phrases(
        "'d be like,would be like,be like,were like,was like,'re like,are like,goes like,go like,"
        "he was like,she was like,they were like,people were like,he is like,she is like,"
        "they are like,people are like,he 's like,she 's like,everybody 's like,he goes,"
        "she goes,they go,he was all,she was all,they were all,he is all,she is all,they are all,"
        "he 's all,she 's all,went,goes,go"
    ),
    claims=words(
        "rumor rumors rumour rumours myth myths claim claims allegation allegations accusation "
        "accusations legend slogan slogans excuse excuses prejudice stereotype lie theory fear fears"
    ),
    sourcing=words("according"),
    granting=words(
        "is 's was are true fact clear obvious sure certain known know knew aware reason point thing "
        "truth believe mean and but so because of such told myself remember learned "
        "discovered found show shows showed given proof acknowledge acknowledges acknowledged recognize "
        "recognized admit admits admitted note noted"
    ),
    agreeing=words("as like"),
    meaning_to=words("have has had got want wanted need like love going"),
    conjunctions=words("that if whether how"),
    conditions=words("if unless provided assuming supposing whenever when"),
    frames=phrases(
        "when,once,given,in the past,back then,in some sense,in a sense,in some way,in a way,in one sense,"
        "in a world,in an ideal world,in the old days,in those days,as long as,so long as,in case,"
        "as soon as,until,till,from their,from his,from her,for them,in their,at that time,at the time,"
        "on paper,in theory,in principle,in a dream,at first,for the moment,for now,without,"
        "had it,let us say,apart from,except for,until then,before that,by that logic,before,after,"
        "back in,in the fifties,in the sixties,in the seventies,in the eighties,in the nineties,with luck"
    ),
    undecided=phrases("whether"),
    inverted=words("had were should"),
    supposing=phrases(
        "suppose,imagine,assume,picture,pretend,say,let us say,let us suppose,let us assume,"
        "let us imagine,let us pretend"
    ),
    alternatives=phrases("otherwise,or else,either"),
    idioms=phrases("if anything,if you will,if you like,if you want,if i may,if you ask me"),
    consequences=words("then"),
    narrowing=words("only except unless"),
    limits=phrases(
        "until,till,as long as,so long as,in theory,in principle,on paper,compared to,compared with,"
        "or so,or not,but not,at first,in a dream,for the moment,for now,when,whenever,because,at least,"
        "depending on,rather than,instead of,on average,before,after,once,as opposed to,based on,"
        "in a sense,in some sense,in a way,without,in full,"
        "given,given that,relative to,except that,as if,as though,"
        "as far as i know,as far as we know,as far as i can tell,according to,supposedly,allegedly,so that"
    ),
    excepting=words("but except"),
    retractions=phrases(
        "not,just kidding,kidding,i am kidding,i am just kidding,just joking,i am joking,only joking,"
        "that was a joke,no wait,wait no,sorry,no sorry,scratch that,i take that back,or not,or rather,"
        "as if,yeah right"
    ),
    joining=words("but and though although"),
    number_words=counted(_SMALL) | dict(zip(_TENS.split(), range(20, 100, 10), strict=True)),
    scales={
        "hundred": 100,
        "thousand": 1_000,
        "million": 1_000_000,
        "billion": 1_000_000_000,
        "trillion": 1_000_000_000_000,
    },
    likened=words("is was are were be been being am 's"),
    like=words(
        "look looks looked looking feel feels felt feeling sound sounds sounded sounding seem seems "
        "seemed something anything nothing everything things stuff more much would 'd taste smell "
        "exactly act acts acting behave treat work works worked what"
    ),
    like_subjects=words("i you we they people who do does did not to really also just"),
    like_objects=words(
        "to the it them that this these those a an him her you me us my your his their our its "
        "what how being having doing when"
    ),
    abbreviations=words("mr mrs ms dr prof st vs etc jr sr e.g i.e inc ltd co no u.s u.k p.m a.m"),
    dangling=words(
        "this that these those he she it they them him her his their its which who whose and but so "
        "or because also then there such nor yet however therefore otherwise either"
    ),
    referring={
        "it": "thing",
        "they": "thing",
        "he": "person",
        "she": "person",
        "this": "pointing",
        "that": "pointing",
        "these": "pointing",
        "those": "pointing",
    },
    referring_many=words("they these those"),
    articles=words("a an the my our your his her their its this that these those"),
    vague=words(
        "way ways thing things point points kind sort lot bit day days time times moment year years "
        "week month first second third last next same other others one ones example examples question "
        "questions answer case cases end fact stuff part parts side sense sure while rest whole "
        "around lots hundred couple opposite equivalent number bunch"
    ),
    possessives=words("my our your his her their its"),
    definite="the",
    finite=words(
        "is are was were will would can could may might must shall should has have had does do did "
        "means makes made gives gave lets let takes took helps helped works worked becomes became"
    ),
    seeming=words("seems seemed turns turned takes took looks looked feels felt sounds helps"),
    clauses=words("to that how why if when where whether who which because what"),
    connectives=words("so and but well yeah yes okay right now because like oh um uh"),
    farewells=(
        "welcome to",
        "welcome back",
        "thanks for having me",
        "thank you for having me",
        "thanks for coming",
        "thank you for coming",
        "thanks for listening",
        "thank you for listening",
        "thanks so much for",
        "thank you so much",
        "pleasure to be here",
        "great to be here",
        "happy to be here",
        "excited to be here",
        "sponsor",
        "brought to you by",
        "promo code",
        "discount code",
        "free trial",
        "sign up at",
        "subscribe",
        "show notes",
        "leave a review",
        "five stars",
        "see you next",
        "find me at",
        "find me on",
        "follow me on",
        "my website",
        "my newsletter",
        "this episode is",
    ),
    welcomes=phrases("welcome to,welcome back,my guest,joined by"),
    absolutes=words(
        "never always every everything everyone everybody nothing nobody all entire completely only no "
        "cannot anything anyone anybody whole each"
    ),
    function_words=words(
        "a about actually after all also am an and any are as at be because been being but by can "
        "could did do does doing don't for from get go going got had has have having he her him his "
        "how i i'd i'll i'm i've if in into is it it's its just kind know like lot me mean more my no "
        "not now of oh okay on one only or our out people really right said say saying see she so "
        "some something sort than that that's the their them then there there's these they they're "
        "thing things think this those to uh um up very was way we we're we've well were what when "
        "where which who why will with would yeah yes you you're your"
    ),
    nominatives=words("i he she we they"),
    auxiliaries=words("is are was were am 's have has had do does did"),
    loose=phrases("and,so,and so,well,oh,okay"),
    neutral=phrases("and,well,oh"),
    fudges=phrases("kind of,sort of"),
    voiced=phrases("um,uh,uhm,umm,er,erm,hmm,hm,mm,mhm,like,you know,i mean"),
    agreements=frozenset(
        {("is", "are"), ("was", "were"), ("has", "have"), ("does", "do"), ("a", "an")}
    ),
    optional="that",
    we=words("we our us"),
    i=words("i my me"),
    you=words("you your"),
)
