"""What the guard knows of German."""

from collections.abc import Callable

from pipeline.quotes.languages.table import Language, counted, pairs, phrases, words

_SMALL = counted(
    "null eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn "
    "sechzehn siebzehn achtzehn neunzehn"
) | {"zwo": 2}
_UNITS = {word: value for word, value in _SMALL.items() if 1 < value < 10} | {"ein": 1}
_TENS = {
    word: 10 * value
    for word, value in counted(
        "zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig", first=2
    ).items()
}


def _below_hundred(word: str) -> int | None:
    if word in _SMALL or word in _TENS:
        return _SMALL.get(word, _TENS.get(word))
    unit, _, tens = word.partition("und")
    return _TENS[tens] + _UNITS[unit] if unit in _UNITS and tens in _TENS else None


def _below_thousand(word: str) -> int | None:
    head, hundred, rest = word.partition("hundert")
    if not hundred:
        return _below_hundred(word)
    return _added(_counted(head, _below_hundred), 100, rest.removeprefix("und"), _below_hundred)


def _number(word: str) -> int | None:
    """The value of a number written as one word: "fünfundzwanzig", "neunzehnhundertachtzig"."""
    head, thousand, rest = word.partition("tausend")
    if not thousand:
        return _below_thousand(word)
    return _added(_counted(head, _below_thousand), 1000, rest.removeprefix("und"), _below_thousand)


def _counted(word: str, read: Callable[[str], int | None]) -> int | None:
    """How many hundreds or thousands: "", "ein" and "fünf" before them."""
    return 1 if word in ("", "ein") else read(word)


def _added(
    count: int | None, scale: int, rest: str, read: Callable[[str], int | None]
) -> int | None:
    below = read(rest) if rest else 0
    return None if count is None or below is None else count * scale + below


_ORDINALS = sorted(words("erst zweit dritt viert fünft sechst siebt acht neunt zehnt elft zwölft"))

TABLE = Language(
    fillers=phrases(
        "äh,ähm,öh,öhm,hm,hmm,mhm,halt,weißt du,wissen sie,verstehst du,sag ich mal,"
        "sage ich mal,sagen wir mal,ich sag mal,sag ich jetzt mal,sage ich jetzt mal,"
        "wie soll ich sagen,sagen wir,sag mal"
    ),
    ambiguous={
        ("halt",): (words("der den dem ein einen kein keinen ohne"), words("die den das dich euch an")),
        ("weisst", "du"): (words("was das"), words("was wie wer wo warum wann ob dass das es noch")),
        ("wissen", "sie"): (words("was das"), words("was wie wer wo warum wann ob dass das es nicht")),
        ("verstehst", "du"): (words("was das"), words("was wie warum das es mich ihn sie nicht")),
        ("sagen", "wir"): (words("das was"), words("dass das es ihm ihr ihnen nicht nichts nie")),
    },
    grading=words("so gut genau"),
    openers=phrases("also,ja,na ja,naja,nun,und,genau,okay,gut,na gut,so,und also,ja also"),
    backchannels=words("ja jo genau mhm hm hmm okay stimmt klar richtig aha ach oh wow super absolut"),
    contractions=pairs(
        "gibt's=gibt es,gibts=gibt es,geht's=geht es,gehts=geht es,ist's=ist es,war's=war es,"
        "wie's=wie es,ob's=ob es,wenn's=wenn es,'ne=eine,'n=ein,'nen=einen,'nem=einem,'ner=einer,"
        "ne=eine,nen=einen,nem=einem,ner=einer,fürs=für das,durchs=durch das,ums=um das,"
        "übers=über das,unters=unter das,vors=vor das,vorm=vor dem,überm=über dem,unterm=unter dem,"
        "hinterm=hinter dem,aufm=auf dem,mitm=mit dem,drauf=darauf,dran=daran,drin=darin,"
        "drüber=darüber,drunter=darunter,rum=herum,grad=gerade,grade=gerade,glaub=glaube,denk=denke,"
        "find=finde,mach=mache,sag=sage,geh=gehe,hör=höre,hätt'=hätte,is'=ist,nich'=nicht,nee=nein,"
        "nö=nein,nix=nichts,so'n=so ein,so'ne=so eine,'s=es,ins=in das,ans=an das,aufs=auf das,"
        "beim=bei dem,zum=zu dem,"
        "zur=zu der,vom=von dem,im=in dem,am=an dem,hab=habe,hab'=habe,hätt=hätte,wär=wäre,"
        "is=ist,nich=nicht,net=nicht,isses=ist es,haste=hast du,biste=bist du,weißte=weißt du,"
        "kannste=kannst du,willste=willst du,son=so ein,sone=so eine,was'n=was denn"
    ),
    suffixes={"s": "es", "n": "ein", "ne": "eine", "nen": "einen"},
    spellings=pairs("okay=ok,prozent=%,doktor=dr,zirka=circa,ca=circa"),
    negations=words(
        "nicht kein keine keinen keinem keiner keines keins nie niemals nichts niemand niemanden "
        "niemandem niemandes nirgends nirgendwo nirgendwohin weder noch ohne kaum selten außer nein "
        "nimmer nimmermehr keinesfalls keineswegs keinerlei keinster mitnichten statt anstatt "
        "geschweige"
    ),
    negating=words("un miss nicht anti"),
    quantities=words(
        "hälfte halb halbe halber halben halbes drittel viertel fünftel zehntel doppelt doppelte "
        "doppelten dreifach dreifache einmal zweimal dreimal dutzend dutzende hunderte tausende "
        "millionstel"
    ) | {stem + ending for stem in _ORDINALS for ending in ("e", "en", "er", "es", "em")},
    negation_follows=6,  # "schläft heute wieder einmal nicht"
    links=words("von der des"),
    shares=words("alle aller jeder jede jedes einer eine eines teil teile mehrheit minderheit"),
    bounds=phrases(
        "bis zu,mehr als,weniger als,über,unter,um die,gegen,gut,nicht mehr als,nicht weniger als"
    ),
    units=words(
        "% euro dollar cent pfund kilometer meter zentimeter kilo kilogramm gramm tonnen sekunden minuten "
        "stunden tage tagen wochen monate monaten jahre jahren mal grad hundert tausend million millionen "
        "milliarde milliarden"
    ),
    denials=phrases("alles andere als,statt,anstatt,anstelle von,weit entfernt von,gegen"),
    asserting=words("und oder aber weil denn da durch mit ohne von vom nach vor als wie in auf für bei "
                    "aus zu an"),
    refusals=words("nein"),
    persons=words("er sie ihm ihn ihnen sein seine ihre"),
    turns=phrases(
        "aber,nein,nee,allerdings,doch,jedoch,eigentlich,obwohl,nur,unsinn,quatsch,falsch,"
        "andererseits,außer,das heißt nein,das stimmt nicht,wenn,falls,zumindest,tatsächlich,wobei,"
        "das heißt,trotzdem,das ist falsch,das sagen,das behaupten,so sagen"
    ),
    inverted=words("hätte hätten wäre wären"),
    supposing=phrases("angenommen,nehmen wir an,stell dir vor,stellen wir uns vor,sagen wir"),
    alternatives=phrases("sonst,ansonsten,andernfalls,entweder"),
    hedges=phrases(
        "vielleicht,möglicherweise,wahrscheinlich,vermutlich,wohl,angeblich,eventuell,ungefähr,etwa,"
        "circa,fast,beinahe,meistens,oft,manchmal,gelegentlich,eher,relativ,ziemlich,teilweise,"
        "tendenziell,eigentlich,irgendwie,quasi,gewissermaßen,sozusagen,im prinzip,in der theorie,"
        "theoretisch,zumindest,wenigstens,mindestens,höchstens,einige,manche,viele,die meisten,"
        "wenige,scheint,scheinen,ich glaube,ich denke,ich meine,ich finde,ich vermute,ich schätze,"
        "glaube ich,denke ich,meiner meinung nach,aus meiner sicht,soweit ich weiß,nicht sicher,"
        "nur,meist,normalerweise,"
        "in der regel,üblicherweise,im allgemeinen,überwiegend,größtenteils,gewöhnlich,anscheinend,"
        "offenbar,offensichtlich,scheinbar,mutmaßlich,nahezu,rund,knapp,praktisch,im grunde,"
        "im grunde genommen,grundsätzlich,mitunter,ab und zu,hin und wieder,ein bisschen,ein wenig,"
        "etwas,wenig,weniger,womöglich,unter umständen,gegebenenfalls,allenfalls,bestenfalls,bloß,"
        "lediglich,erst,oder so,ich nehme an,nehme ich an,finde ich,meine ich,ich hoffe,hoffe ich,"
        "ich fürchte,fürchte ich,kann sein,könnte sein,mag sein,ich würde sagen,würde ich sagen,"
        "keine ahnung,bedingt,verhältnismäßig,einigermaßen,halbwegs,manch,mancher,manches,mehrere,"
        "ein paar,häufig,teils,zum teil,zu dem teil,tendiert,tendieren,neigt,neigen,möglich"
    ),
    softeners=phrases("quasi,sozusagen,irgendwie,eigentlich,im grunde,gewissermaßen"),
    modals=words(
        "kann kannst können könnt konnte konnten könnte könnten muss müssen musste mussten müsste "
        "müssten soll sollen sollte sollten darf dürfen durfte dürfte dürften will wollen wollte "
        "wollten möchte möchten mag würde würden braucht brauchen könntest solltest solltet sollst "
        "darfst dürft dürften magst mögen mochte mochten möchtest willst wollt wolltest würdest würdet "
        "brauche brauchst brauchte bräuchte bräuchten musst müsst werde wird werden wirst werdet"
    ),
    naming=words(
        "nenne nennt nennen nannte genannt heißt heißen hieß namens wort worte begriff buch titel lied "
        "film stück frage thema motto spruch sogenannte sogenannten und oder"
    ),
    articles=words("der die das den dem des ein eine einen einem einer eines mein meine sein seine"),
    pronouns=words(
        "es er sie wir ihr ihm ihn ihnen uns euch das dies diese dieser dieses diesen diesem jener "
        "jene jenes sein seine seinen seinem ihre ihren ihrem unser unsere da dort hier ich mich mir "
        "du dich dir man die der den dem"
    ),
    reporting=words(
        "schließe schließen schließt schloss schlossen folgere folgern folgert folgerte folgerten fühle "
        "fühlen fühlt fühlte fühlten fand fanden argumentiert argumentieren argumentierte argumentierten "
        "entschied entschieden entscheidet beschloss beschlossen verkündet verkündete verkündeten "
        "beharrt beharren beharrte rechnet rechnen rechnete rechneten überzeugt befürchtet fürchtet "
        "klagt klagte klagten lehrt lehrte schwor schworen kündigte ankündigte meinung ansicht "
        "sage sagen sagst sagt sagte sagten gesagt denke denken denkt dachte dachten gedacht glaube "
        "glauben glaubt glaubte glaubten geglaubt meine meinen meint meinte meinten gemeint finde "
        "finden findet behaupte behaupten behauptet behauptete behaupteten erzählen erzählt erzählte "
        "schreiben schreibt schrieb geschrieben hoffe hoffen hofft vermute vermuten vermutet schätze "
        "heißt hieß annehmen annimmt erzählte erklärt erklärte berichtet berichten berichtete "
        "versichert versicherte beteuert warnt warnte meldet melden schwört"
    ),
    own_view=words("sage sagen denke denken glaube glauben meine meinen finde finden "
                   "vermute vermuten schätze"),
    subjects=words("ich mich wir"),
    disowning=words(
        "bezweifle bezweifeln bezweifelt bezweifelte zweifle bestreite bestreiten bestreitet "
        "bestritt leugnen leugnet frage fragen fragt träume träumte geträumt lügt log gelogen"
    ),
    telling=words(
        "sagen sagt sagte sagten gesagt behauptet behauptete behaupteten erzählt erzählte "
        "meinte meinten rief riefen heißt hieß"
    ),
    quoting=phrases(
        "die waren so,er war so,sie war so,sie waren so,waren so,er so,"
        "sie so,die so,alle so,er meinte so,sie meinte so"
    ),
    claims=words(
        "gerücht gerüchte behauptung behauptungen annahme annahmen mythos märchen vorwurf vorwürfe "
        "legende parole ausrede vorurteil lüge theorie angst befürchtung vorstellung irrglaube"
    ),
    sourcing=words("laut zufolge"),
    linking=words("daraus dazu davon darauf darüber daran"),
    relating=words("die der das den dem denen deren dessen welche welcher welches welchen welchem"),
    finite=words(
        "ist war sind waren bin hat haben hatte hatten wurde wurden gibt gab geht ging macht machte "
        "kommt kam fand finde finde heißt sagt sagte"
    ),
    granting=words(
        "ist war sind ist's wahr tatsache klar sicher sichtbar weiß weiss wissen wusste grund punkt so "
        "wahrheit und aber weil dafür heißt bedeutet gezeigt zeigt gelernt gemerkt fest stimmt"
    ),
    agreeing=words("wie"),
    conjunctions=words("dass ob wie"),
    conditions=words(
        "wenn falls sofern solange ob vorausgesetzt angenommen sobald sooft nachdem bevor ehe"
    ),
    frames=phrases(
        "bei,früher,damals,einst,in gewissem sinne,in gewisser weise,in einer welt,aus ihrer sicht,"
        "aus seiner sicht,in der theorie,theoretisch,im prinzip,in dem prinzip,auf dem papier,ohne,"
        "in jener zeit,in der vergangenheit,vor dem krieg,für sie,anfangs,am anfang,an dem anfang,"
        "im moment,in dem moment,im traum,in dem traum,seit,vorläufig,mit genug,nach,als"
    ),
    idioms=phrases("wenn überhaupt,wenn du willst,wenn man so will,wenn ich ehrlich bin"),
    consequences=words("dann"),
    narrowing=words("nur außer zumindest wenigstens bloß lediglich jedenfalls"),
    limits=phrases(
        "bis,so lange,es sei denn,in der theorie,im prinzip,in dem prinzip,auf dem papier,"
        "verglichen mit,im vergleich,in dem vergleich,oder so,oder nicht,oder auch nicht,anfangs,"
        "am anfang,an dem anfang,im moment,in dem moment,im traum,in dem traum,weil,da,je nach,"
        "je nachdem,zumindest,wenigstens,statt,anstatt,anstelle,im durchschnitt,in dem durchschnitt,"
        "im schnitt,in dem schnitt,vor,nach,nachdem,bevor,ehe,außer,vorerst,fürs erste,soweit,soviel,"
        "ohne,laut,sobald,als,vorläufig,jedenfalls,heißt es,sagt man,damit,abgesehen von"
    ),
    excepting=words("außer als bis"),
    inverts=True,
    noun_capitals=True,
    retractions=phrases(
        "nur spaß,war nur spaß,das war nur spaß,kleiner spaß,scherz,nur ein scherz,war ein scherz,"
        "war nur ein scherz,das war ein scherz,das war nur ein scherz,ein witz,war ein witz,"
        "das war ein witz,quatsch,ach quatsch,nein quatsch,doch nicht,stimmt nicht,das stimmt nicht,"
        "stimmt gar nicht,das nehme ich zurück,nehme ich zurück,ironie,das war ironie"
    ),
    joining=words("aber und obwohl allerdings"),
    number_words=_SMALL | _TENS,
    compound_number=_number,
    one_words=words("ein eine einen einer"),
    decimal_word="komma",
    thousands=".",
    decimal=",",
    scales={"hundert": 100, "tausend": 1_000, "million": 1_000_000, "millionen": 1_000_000,
            "milliarde": 1_000_000_000, "milliarden": 1_000_000_000},
    abbreviations=words("dr prof st nr z.b d.h u.a usw bzw ca hr fr evtl ggf"),
    dangling=words(
        "das dies diese dieser dieses diesen es er sie ihm ihn ihnen sein seine aber und oder denn "
        "weil dann da dort auch trotzdem deshalb deswegen darum jedoch sonst"
    ),
    connectives=words("und aber also ja nun weil denn äh ähm oh okay genau"),
    farewells=(
        "herzlich willkommen", "willkommen bei", "willkommen zu", "willkommen zurück",
        "danke für die einladung", "danke fürs zuhören", "danke, dass du da", "vielen dank",
        "bis zum nächsten mal", "bis bald", "werbung", "sponsor", "gesponsert", "rabattcode",
        "gutscheincode", "abonniert", "abonnieren", "shownotes", "auf wiederhören",
    ),
    welcomes=phrases(
        "willkommen zu,willkommen zum,willkommen zur,willkommen bei,herzlich willkommen,mein gast"
    ),
    function_words=words(
        "aber alle als also am an auch auf aus bei bin bis bist da dann das dass dein dem den denn der "
        "des die dies diese dir doch dort du ein eine einem einen einer er es etwas euch für gibt hab "
        "habe haben hat hatte hier ich ihm ihn ihr im immer in ist ja jetzt kann kein man mal mehr "
        "mein mich mir mit nach nicht noch nur ob oder schon sehr sein sich sie sind so und uns um "
        "vom von vor war was weil wenn wer wie wir wird wo zu zum zur"
    ),
    # No agreements: "sie ist" and "sie sind" are two persons. No "dass" goes without moving the verb.
    nominatives=words("ich du er wir"),
    auxiliaries=words("bin bist ist sind war waren habe hat haben hatte hatten"),
    loose=phrases("und,also,na ja,naja"),
    neutral=phrases("und,na ja,naja"),
    fudges=phrases("irgendwie,sozusagen"),
    voiced=phrases("äh,ähm,öh,öhm,hm,hmm,mhm"),
    we=words("wir unser unsere uns"),
    i=words("ich mein meine mich mir"),
    you=words("du dein deine dich dir sie ihr euch"),
)  # fmt: skip
