"""What the guard knows of Spanish."""

from pipeline.quotes.languages.table import Language, counted, pairs, phrases, words

_SMALL = counted(
    "cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince "
    "dieciséis diecisiete dieciocho diecinueve veinte veintiuno veintidós veintitrés veinticuatro "
    "veinticinco veintiséis veintisiete veintiocho veintinueve"
) | {"veintiún": 21, "veintiuna": 21}
_TENS = {
    word: 10 * value
    for word, value in counted(
        "treinta cuarenta cincuenta sesenta setenta ochenta noventa", first=3
    ).items()
}
_HUNDREDS = {
    stem + ending: 100 * value
    for stem, value in counted(
        "doscient trescient cuatrocient quinient seiscient setecient ochocient novecient", first=2
    ).items()
    for ending in ("os", "as")
} | {"cien": 100, "ciento": 100}

TABLE = Language(
    fillers=phrases("eh,em,mmm,mm,hmm,ajá,o sea,ya sabes,tú sabes,digamos,viste"),
    grading=words("bueno claro"),
    openers=phrases("pues,bueno,entonces,y,sí,claro,vale,ok,a ver,mira,y bueno,pues bueno,y entonces"),
    backchannels=words("sí claro exacto ajá mhm vale ok ya ah oh bien correcto totalmente"),
    ambiguous={
        ("o", "sea"): (words("que ya bien"), words("que")),
        ("ya", "sabes"): (words("si no que lo como"), words("que qué cómo quién dónde cuándo si lo la")),
        ("tú", "sabes"): (words("si no que lo como"), words("que qué cómo quién dónde cuándo si lo la")),
        ("digamos",): (words("es era son eran que no lo le nos"), words("que la lo no nada")),
        ("viste",): (words("que no lo la le te se"), words("que a al el la lo un una los las cómo de")),
    },
    contractions=pairs("pa=para,pa'=para,pal=para el,al=a el,del=de el"),
    joined={("por", "ciento"): "%"},
    spellings=pairs(
        "ok=okay,solo=sólo,doctor=dr,doctora=dra,guión=guion,quizás=quizá,periodo=período,"
        "éste=este,ésta=esta,éstos=estos,éstas=estas,ése=ese,ésa=esa,aquél=aquel"
    ),
    negations=words(
        "no nunca jamás nada nadie ningún ninguno ninguna ningunos ningunas ni sin tampoco apenas "
        "salvo excepto sino imposible"
    ),
    negation_follows=3,  # "gira ya casi nunca"
    negating=words("in im i ir des no anti"),
    quantities=words(
        "primer primero primera primeros primeras segundo segunda tercer tercero tercera cuarto cuarta "
        "quinto quinta sexto sexta séptimo séptima octavo octava noveno novena décimo décima mitad "
        "tercio tercios medio media doble triple decena decenas docena docenas centenar centenares "
        "cientos millar millares miles"
    ),
    links=words("de a"),
    shares=words("todos todas cada uno una parte mayoría minoría"),
    bounds=phrases("hasta,más de,menos de,unos,unas,apenas"),
    units=words(
        "% euro euros dólar dólares peso pesos kilómetro kilómetros metro metros kilo kilos gramo gramos "
        "tonelada toneladas segundo segundos minuto minutos hora horas día días semana semanas mes meses "
        "año años vez veces grado grados mil millón millones"
    ),
    thwarting=words(
        "evitar evito evita evitó dejó dejé deja dejar intentó intenté trató traté olvidó acusó acusaron "
        "incapaz"
    ),
    denials=phrases("lejos de,en vez de,en lugar de,todo menos,contra,lo contrario de"),
    asserting=words("y e o u pero porque por con sin desde tras antes después como"),
    refusals=words("no"),
    relatives=words("quien quienes cuyo cuya"),
    persons=words("él ella ellos ellas su sus le les"),
    turns=phrases(
        "pero,no,sin embargo,aunque,en realidad,bueno no,ridículo,absurdo,falso,mentira,"
        "para nada,eso dicen,eso decían,es lo que dicen,salvo,excepto,si,por otro lado,"
        "de hecho,eso es falso,sólo,a el menos,ahora bien,no obstante"
    ),
    supposing=phrases("supongamos,imaginemos,imagina,supón"),
    alternatives=phrases("de lo contrario,o bien"),
    hedges=phrases(
        "suele,suelen,solía,solían,por lo general,en su mayoría,mayormente,prácticamente,"
        "relativamente,parcialmente,en parte,varios,varias,poco,un poquito,al parecer,a el parecer,"
        "por lo visto,según parece,yo creo,yo pienso,creo yo,me imagino,me temo,"
        "no estoy seguro,no estoy segura,puede que,puede ser,rara vez,de vez en cuando,en cierto modo,"
        "en cierta medida,hasta cierto punto,como máximo,como mínimo,por lo menos,tiende,tienden,"
        "cerca de,a el menos,presuntamente,posible,probable,quizá,tal vez,a lo mejor,probablemente,"
        "posiblemente,seguramente,aparentemente,"
        "supuestamente,casi,aproximadamente,alrededor de,más o menos,a menudo,a veces,normalmente,"
        "generalmente,en general,bastante,algo,un poco,algunos,algunas,muchos,muchas,la mayoría,"
        "pocos,pocas,en teoría,en principio,al menos,como mucho,parece,parecen,parecía,creo,pienso,"
        "supongo,me parece,yo diría,espero,imagino,en mi opinión,para mí,que yo sepa,una especie de,"
        "de alguna manera,de cierta forma,sólo,solamente"
    ),
    softeners=phrases("un poco,una especie de,de alguna manera"),
    modals=words(
        "puedo puede pueden podemos podía podían podría podrían pude pudo debo debe deben debemos "
        "debía debían debería deberían quiero quiere quieren quería querían querría tengo tiene tienen "
        "hay habría puedes podías podrás podrá podremos podrán podríamos podrías pueda puedan "
        "pudiera pudieran pudieron debes deberías deberíamos deberá deberán debo quieres queremos "
        "queríamos quisiera quisieran tenemos tienes tenía tenían tendría tendrían tendrá habrá haya"
    ),
    naming=words(
        "llama llaman llamaba llamado llamada llamamos palabra palabras término libro título película "
        "canción pregunta tema lema titulado titulada y o e"
    ),
    articles=words("el la los las un una unos unas mi mis su sus nuestro nuestra este esta ese esa"),
    pronouns=words(
        "él ella ellos ellas lo la los las le les esto eso aquello este esta estos estas ese esa esos "
        "esas aquel aquella su sus nuestro nuestra yo me mí tú te ti usted ustedes nosotros nos aquí "
        "ahí allí se"
    ),
    reporting=words(
        "concluyo concluye concluyen concluyó concluyeron siento siente sienten sentía sentían sintió "
        "deduce dedujo dedujeron argumenta argumentan argumentó argumentaron decide decidió decidieron "
        "informa informan informó mantiene mantienen mantuvo convencido convencida convencidos calcula "
        "calculan calculó proclama proclamó proclamaron opina opinan opinó opinaban teme temen temía "
        "considera consideran consideró juzga juzgan advierte advirtió acusa acusan denuncia denunció "
        "digo dice dices dicen decía decían dijo dijeron dicho pienso piensa piensas piensan pensaba "
        "pensaban pensó creo cree crees creen creía creían creyó supongo supone suponen afirma "
        "afirman afirmaba afirmó sostiene sostienen cuenta cuentan contaba contó imagino imagina "
        "espero espera esperan diría escribió escribe parece asegura aseguran aseguró "
        "declara declaró explica explicó jura juró insiste insistió"
    ),
    own_view=words("digo pienso creo supongo imagino diría"),
    subjects=words("yo me nosotros nos"),
    disowning=words(
        "dudo duda dudan dudaba niego niega niegan pregunto pregunta preguntan soñé soñaba sueño mintió "
        "miente mienten"
    ),
    telling=words(
        "dice dicen decía decían dijo dijeron afirma afirmaban cuenta contaban gritaba "
        "repite repetía"
    ),
    quoting=phrases(
        "ellos en plan,ellas en plan,en plan,"
        "y él como,y ella como,y va y,él en plan,ella en plan"
    ),
    claims=words(
        "rumor rumores mito mitos acusación acusaciones leyenda eslogan excusa prejuicio mentira teoría "
        "temor afirmación pretexto"
    ),
    sourcing=words("según"),
    granting=words(
        "es era verdad cierto claro seguro segura sé sabe sabemos sabía razón y pero por para prueba "
        "demuestra muestra aprendí evidente así modo tal hecho"
    ),
    agreeing=words("como"),
    linking=words("de"),
    conjunctions=words("que si cómo"),
    conditions=words("si salvo cuando"),
    frames=phrases(
        "con bastante,antes,en cierto sentido,en un sentido,en un mundo,en cuanto,en aquella época,"
        "en esa época,desde su punto,siempre que,una vez que,en teoría,en principio,sobre el papel,sin,"
        "en el pasado,para ellos,a el principio,mientras,tras,después de,en aquel tiempo,"
        "por ahora,de momento,en sueños,con tal,a menos,a no ser,en los años"
    ),
    idioms=phrases("si acaso,si quieres,si se quiere,si no me equivoco"),
    consequences=words("entonces"),
    narrowing=words("sólo solamente excepto salvo únicamente"),
    limits=phrases(
        "hasta,hasta que,mientras,siempre que,siempre y cuando,a menos que,con tal de,en teoría,"
        "en principio,sobre el papel,por ahora,comparado con,en comparación,o no,a el principio,"
        "a el menos,por lo menos,cuando,porque,pues,ya que,según,en vez de,en lugar de,de media,"
        "de promedio,antes de,antes,después de,después,que,quien,quienes,cuyo,cuya,menos,salvo,excepto,"
        "de momento,que sepamos,que yo sepa,si,sin,en cuanto,para que,como si,en cierto sentido"
    ),
    excepting=words("menos salvo excepto sino"),
    inverts=True,
    retractions=phrases(
        "es broma,era broma,es una broma,era una broma,bromeo,estoy bromeando,en broma,mentira,"
        "es mentira,no es verdad,no es cierto,lo retiro,qué va,no en serio,digo no"
    ),
    joining=words("pero y aunque"),
    verb_tells_person=True,
    number_words=_SMALL | _TENS | _HUNDREDS,
    tens_joiner="y",
    one_words=words("un una"),
    lone_scales=words("mil"),
    decimal_word="coma",
    thousands="., ",  # some countries write 1.000, others 1,000
    decimal=",",
    scales={"mil": 1_000, "millón": 1_000_000, "millones": 1_000_000},
    abbreviations=words("sr sra srta dr dra ud uds etc p.ej"),
    dangling=words(
        "esto eso este esta estos estas ese esa él ella ellos ellas su sus lo le les pero y o porque "
        "entonces también sin embargo ahí allí"
    ),
    connectives=words("y pero pues bueno entonces sí porque o eh ah"),
    farewells=(
        "bienvenidos", "bienvenidas", "bienvenido a", "gracias por invitarme",
        "gracias por escuchar", "muchas gracias", "hasta la próxima", "hasta pronto",
        "patrocinador", "patrocinado por", "código de descuento", "suscríbete", "suscríbanse",
        "notas del episodio", "cinco estrellas",
    ),
    welcomes=phrases(
        "bienvenidos a,bienvenidas a,bienvenido a,mi invitado,mi invitada"
    ),
    function_words=words(
        "a al algo ante así aún aunque bien cada como con cual cuando de del desde donde dos el ella "
        "ellos en entre era es esa ese eso esta este esto estoy fue ha han hasta hay la las le les lo "
        "los más me mi mis muy no nos o otra otro para pero poco por porque que qué se ser si sí sin "
        "sobre son su sus también tan te tener tiene todo tu un una uno y ya yo"
    ),
    # No agreements: a verb tells who it is. "Que" is never left out.
    nominatives=words("yo tú nosotros nosotras"),
    auxiliaries=words("soy eres es somos son era eran estoy está están he ha hemos han"),
    loose=phrases("y,bueno"),  # "pues" gives a reason
    neutral=phrases("y,bueno"),
    voiced=phrases("eh,em,mmm,mm,hmm"),
    we=words("nosotros nuestro nuestra nos"),
    i=words("yo mi mis me mí"),
    you=words("tú tu tus te usted ustedes"),
)  # fmt: skip
