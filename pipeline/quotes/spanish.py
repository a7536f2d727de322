"""What the guard knows of Spanish."""

from pipeline.quotes.language import Language, counted, pairs, phrases, words

SPANISH = Language(
    fillers=phrases("eh,em,mmm,mm,hmm,ajá,o sea,ya sabes,tú sabes,digamos,viste"),
    openers=phrases("pues,bueno,entonces,y,sí,claro,vale,ok,a ver,mira,y bueno,pues bueno,y entonces"),
    backchannels=words("sí claro exacto ajá mhm vale ok ya ah oh bien correcto totalmente"),
    contractions=pairs("pa=para,pa'=para,pal=para el"),
    spellings=pairs("ok=okay,solo=sólo,doctor=dr,doctora=dra"),
    negations=words(
        "no nunca jamás nada nadie ningún ninguno ninguna ningunos ningunas ni sin tampoco apenas "
        "salvo excepto"
    ),
    hedges=phrases(
        "quizá,quizás,tal vez,a lo mejor,probablemente,posiblemente,seguramente,aparentemente,"
        "supuestamente,casi,aproximadamente,alrededor de,más o menos,a menudo,a veces,normalmente,"
        "generalmente,en general,bastante,algo,un poco,algunos,algunas,muchos,muchas,la mayoría,"
        "pocos,pocas,en teoría,en principio,al menos,como mucho,parece,parecen,parecía,creo,pienso,"
        "supongo,me parece,yo diría,espero,imagino,en mi opinión,para mí,que yo sepa,una especie de,"
        "de alguna manera,de cierta forma,sólo,solamente"
    ),
    modals=words(
        "puedo puede pueden podemos podía podían podría podrían pude pudo debo debe deben debemos "
        "debía debían debería deberían quiero quiere quieren quería querían querría tengo tiene tienen "
        "hay habría"
    ),
    pronouns=words(
        "él ella ellos ellas lo la los las le les esto eso aquello este esta estos estas ese esa esos "
        "esas aquel aquella su sus nuestro nuestra yo me mí tú te ti usted ustedes nosotros nos aquí "
        "ahí allí se"
    ),
    reporting=words(
        "digo dice dices dicen decía decían dijo dijeron dicho pienso piensa piensas piensan pensaba "
        "pensaban pensó creo cree crees creen creía creían creyó supongo supone suponen afirma "
        "afirman afirmaba afirmó sostiene sostienen cuenta cuentan contaba contó imagino imagina "
        "espero espera esperan diría escribió escribe parece"
    ),
    own_view=words("digo pienso creo supongo imagino espero diría"),
    disowning=words("dudo duda dudan dudaba niego niega niegan pregunto pregunta preguntan"),
    conjunctions=words("que si cómo"),
    conditions=words("si salvo"),
    idioms=phrases("si acaso,si quieres,si se quiere,si no me equivoco"),
    consequences=words("entonces"),
    narrowing=words("sólo solamente excepto salvo"),
    joining=words("pero y aunque"),
    verb_tells_person=True,
    number_words=counted("cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce"),
    scales={"cien": 100, "mil": 1_000, "millón": 1_000_000, "millones": 1_000_000},
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
    we=words("nosotros nuestro nuestra nos"),
    i=words("yo mi mis me mí"),
    you=words("tú tu tus te usted ustedes"),
)  # fmt: skip
