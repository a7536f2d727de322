"""What the guard knows of German."""

from pipeline.quotes.language import Language, counted, pairs, phrases, words

GERMAN = Language(
    fillers=phrases(
        "äh,ähm,öh,öhm,hm,hmm,mhm,ne,gell,halt,weißt du,wissen sie,verstehst du,sag ich mal,"
        "sage ich mal,sagen wir mal,ich sag mal"
    ),
    openers=phrases("also,ja,na ja,naja,nun,und,genau,okay,gut,na gut,so,und also,ja also"),
    backchannels=words("ja jo genau mhm hm hmm okay stimmt klar richtig aha ach oh wow super absolut"),
    contractions=pairs(
        "gibt's=gibt es,gibts=gibt es,geht's=geht es,gehts=geht es,ist's=ist es,war's=war es,"
        "wie's=wie es,ob's=ob es,wenn's=wenn es,'ne=eine,'n=ein,'nen=einen,'nem=einem,'ner=einer,"
        "nen=einen,fürs=für das,ins=in das,ans=an das,aufs=auf das,beim=bei dem,zum=zu dem,"
        "zur=zu der,vom=von dem,im=in dem,am=an dem,hab=habe,hab'=habe,hätt=hätte,wär=wäre,"
        "is=ist,nich=nicht,net=nicht,isses=ist es,haste=hast du,biste=bist du,weißte=weißt du,"
        "kannste=kannst du,willste=willst du,son=so ein,sone=so eine,was'n=was denn"
    ),
    spellings=pairs("okay=ok,prozent=%,doktor=dr,zirka=circa,ca=circa"),
    negations=words(
        "nicht kein keine keinen keinem keiner keines keins nie niemals nichts niemand niemanden "
        "niemandem nirgends nirgendwo weder ohne kaum selten außer nein"
    ),
    negation_follows=6,  # "schläft heute wieder einmal nicht"
    hedges=phrases(
        "vielleicht,möglicherweise,wahrscheinlich,vermutlich,wohl,angeblich,eventuell,ungefähr,etwa,"
        "circa,fast,beinahe,meistens,oft,manchmal,gelegentlich,eher,relativ,ziemlich,teilweise,"
        "tendenziell,eigentlich,irgendwie,quasi,gewissermaßen,sozusagen,im prinzip,in der theorie,"
        "theoretisch,zumindest,wenigstens,mindestens,höchstens,einige,manche,viele,die meisten,"
        "wenige,scheint,scheinen,ich glaube,ich denke,ich meine,ich finde,ich vermute,ich schätze,"
        "glaube ich,denke ich,meiner meinung nach,aus meiner sicht,soweit ich weiß,nicht sicher,nur"
    ),
    modals=words(
        "kann kannst können könnt konnte konnten könnte könnten muss müssen musste mussten müsste "
        "müssten soll sollen sollte sollten darf dürfen durfte dürfte dürften will wollen wollte "
        "wollten möchte möchten mag würde würden braucht brauchen"
    ),
    pronouns=words(
        "es er sie wir ihr ihm ihn ihnen uns euch das dies diese dieser dieses diesen diesem jener "
        "jene jenes sein seine seinen seinem ihre ihren ihrem unser unsere da dort hier ich mich mir "
        "du dich dir man die der den dem"
    ),
    reporting=words(
        "sage sagen sagst sagt sagte sagten gesagt denke denken denkt dachte dachten gedacht glaube "
        "glauben glaubt glaubte glaubten geglaubt meine meinen meint meinte meinten gemeint finde "
        "finden findet behaupte behaupten behauptet behauptete behaupteten erzählen erzählt erzählte "
        "schreiben schreibt schrieb geschrieben hoffe hoffen hofft vermute vermuten vermutet schätze "
        "heißt hieß annehmen annimmt"
    ),
    own_view=words("sage sagen denke denken glaube glauben meine meinen finde finden hoffe hoffen "
                   "vermute vermuten schätze"),
    disowning=words(
        "bezweifle bezweifeln bezweifelt bezweifelte zweifle bestreite bestreiten bestreitet "
        "bestritt leugnen leugnet frage fragen fragt"
    ),
    conjunctions=words("dass ob wie"),
    conditions=words("wenn falls sofern solange"),
    idioms=phrases("wenn überhaupt,wenn du willst,wenn man so will,wenn ich ehrlich bin"),
    consequences=words("dann"),
    narrowing=words("nur außer"),
    joining=words("aber und obwohl allerdings"),
    number_words=counted("null eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf"),
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
    we=words("wir unser unsere uns"),
    i=words("ich mein meine mich mir"),
    you=words("du dein deine dich dir sie ihr euch"),
)  # fmt: skip
