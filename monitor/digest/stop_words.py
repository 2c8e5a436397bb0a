"""Words that say nothing of what a text is about, in the languages we meet most."""

_BY_LANGUAGE = {
    "en": "a about after again all almost already also always am an and any are aren't as "
    "at back be because been before being but by came can can't cannot come could "
    "did didn't do does doesn't doing don't done each else even ever every few for from "
    "get gets getting go goes going gone got had has hasn't have haven't having he her "
    "here hers him his how i i'd i'll i'm i've if im in into is isn't it it's its itself "
    "just know let like lol made make many may maybe me might mine more most much must my "
    "myself need never no nor not now of off oh ok on once one only onto or other our ours "
    "out over own please put quite rather really said same say says see seen shall she "
    "should since so some someone something still such take than thank thanks that that's "
    "the their theirs them then there there's these they they're thing things think this "
    "those though through thru to today too two under until up upon us use used using very "
    "via want wanted was wasn't way we we're well went were weren't what when where which "
    "while who whom whose why will with within without won't would wouldn't yes yet you "
    "you're your yours amp rt dont cant didnt doesnt wont isnt ive gonna wanna",
    "de": "aber alle als also am an auch auf aus bei bin bis bist da damit dann das dass dein "
    "dem den der des dich die dies diese dieser dir doch dort du durch ein eine einem einen "
    "einer eines er es etwas euch für gibt hab habe haben hat hatte hier ich ihm ihn ihr im "
    "immer in ist ja jetzt kann kein keine man mehr mein meine mich mir mit muss nach nicht "
    "nichts noch nun nur ob oder ohne schon sehr sein seine selbst sich sie sind so über um "
    "und uns unser unter viel vom von vor war waren was weil wenn wer werden wie wieder wir "
    "wird wo wurde zu zum zur",
    "fr": "ai alors après au aussi autre aux avant avec avoir beaucoup bien car ce cela ces "
    "cet cette ceux chez comme comment dans de depuis des donc du elle elles en encore est et "
    "été être eu fait faire il ils je la le les leur lui ma mais me même mes moi mon ne nos "
    "notre nous on ont ou où par pas peu plus pour pourquoi quand que qui quoi sa sans se "
    "ses si son sont sur ta tes toi ton tous tout très trop tu un une vos votre vous",
    "es": "al algo ante antes aquí así aún bien cada casi como con cual cuando de del desde "
    "donde dos el ella ellos en entre era es esa ese eso esta está están este esto fue ha han "
    "hasta hay la las le les lo los más me mi mis mucho muy nada ni no nos nosotros o otra otro "
    "para pero poco por porque que qué quien se ser si sí sin sobre son su sus también tan te "
    "tengo tiene todo todos tu un una uno ya yo",
    "it": "ai al alla anche ancora ci che chi ciò come con cosa così da dal dalla degli dei "
    "del della delle di dove due è ed era essere fa gli ha hai hanno ho il in io la le lei lo "
    "loro lui ma me mi mia mio molto ne nei nel nella no noi non nostro o ogni per perché più "
    "poi qua quando quella quello questa questo se sei senza si sia solo sono sta su sua sul "
    "suo tra tu tutti tutto un una uno vi voi",
    "nl": "aan al alles als altijd bij ben dan dat de der deze die dit doen door dus een en er "
    "ge geen had heb hebben heeft hem het hier hij hoe hun iemand iets ik in is ja je kan kon "
    "kunnen maar me meer men met mij mijn moet na naar niet niets nog nu of om omdat ons ook op "
    "over reeds te tot u uit uw van veel voor want waren was wat we wel werd wie wij wil worden "
    "zal ze zei zich zij zijn zo zonder zou",
    "pt": "ainda ao aos as até com como da das de dela dele depois do dos e ela ele eles em "
    "entre era essa esse esta está este eu foi há isso isto já lhe mais mas me mesmo meu minha "
    "muito na não nas nem no nos nós nossa nosso num numa o os ou para pela pelo por porque "
    "quando que quem se sem ser seu só sua são também te tem tenho tinha tu tudo um uma você",
}  # fmt: skip

STOP_WORDS = frozenset(
    word for words in _BY_LANGUAGE.values() for word in words.split()
)
