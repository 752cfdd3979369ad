// Whether a goal is in English. Language detectors refuse one short English goal in five ("score, not draft"), so
// that closed lists of small words decide: a goal is foreign when such words outweigh the English ones.
import { hasOnlyAscii, type GoalText } from './words.ts'

const setOf = (words: string): ReadonlySet<string> => new Set(words.split(/\s+/).filter(Boolean))

/** Small words and what sales people ask for, in the languages of Europe; none of them is an English word. */
const FOREIGN = setOf(`
  der das dem den des ein eine einen einem einer eines und oder nicht kein keine keinen ich du wir ihr sie mir uns
  mein meine meinen meiner unser unsere dieser diese dieses diesen bitte für mit von zum zur auf aus bei nach über ist
  sind wird werden kann kannst soll sollte wie wer warum wenn ob auch noch nur schon dann danach heute morgen
  bewerte bewerten schreibe schreib schreiben entwirf entwerfe entwerfen erstelle erstellen prüfe prüfen pruefe
  qualifiziere qualifizieren priorisiere priorisieren sende senden aktualisiere finde suche fasse zusammen übersetze
  nachricht nachrichten kunde kunden konto konten vertrag angebot anschreiben
  el los las un una unos unas del al y o u para por con sin sobre este esta estos estas mi mis su sus nuestro nuestra
  que qué como cómo cuál quién cuando donde es está son pero también muy favor escribe escribir redacta redactar
  envía enviar evalúa evaluar califica calificar prioriza priorizar puntúa puntuar revisa revisar actualiza busca
  cliente clientes cuenta cuentas correo mensaje mensajes oportunidad oportunidades
  le la les une des du de et ou mais dans pour avec sans sur sous ce cet cette ces mon ma mes notre votre vos nos je tu
  il nous vous est sont qui quoi où comment pourquoi quand aussi très rédige rédigez rédiger écris écrivez écrire
  évalue évaluez évaluer qualifie qualifiez qualifier priorise priorisez vérifie vérifiez envoie envoyez compte comptes
  courriel opportunité
  il lo gli uno di da e ed per con questa questo questi queste mio mia nostro nostra che chi come dove perché anche
  sono scrivi scrivere valuta valutare qualifica qualificare invia inviare controlla bozza messaggio opportunità conto
  os uma uns umas do da dos das em no na nos nas com sem este meu minha nosso nossa não você escreva escrever envie
  enviar avalie avaliar qualifique qualificar pontue pontuar priorize verifique conta contas mensagem oportunidade
  het een van en niet geen ik jij wij jullie mijn ons onze deze dit dat voor met zonder naar bij hoe wat wie waarom ook
  schrijf schrijven beoordeel beoordelen stuur sturen controleer kwalificeer kun kan je klant bericht
  och att det som på är inte jag skriv bedöm med till av og ikke jeg vurder skriver til konto
  bir bu ve için yaz yazın müşteri müşteriye tämä tämän kirjoita arvioi asiakas asiakkaalle viesti ez egy és az írj
  tento tuto tohoto napiš ohodnoť zákazník scrie pentru și tulis untuk pelanggan ini kvalificera bedömning affären mejl
  i nie na to jest dla proszę napisz oceń wyślij klienta konta wiadomość`)

/** In the lists above, and English as well: they speak for neither. */
const BOTH = setOf(
  'do no des on or son an in so as he me us all to is also die den das come on at i u e o y a it was will sales',
)

const BEYOND_ASCII = /[\u0080-\uffff]/
const LETTERS = /\p{L}+/gu
const OTHER_LETTER = /(?!\p{Script=Latin})\p{L}/gu

const isMostlyOtherScript = (text: string): boolean => {
  const others = text.match(OTHER_LETTER)?.length ?? 0
  return others > 0 && others * 2 > (text.match(/\p{L}/gu)?.length ?? 0)
}

const ONLY_FOREIGN = FOREIGN.difference(BOTH)

/** A quick look at the words of a text: where it says no, the text is not foreign. */
export function mayBeForeign({ text, words }: GoalText): boolean {
  if (!hasOnlyAscii(text)) return true
  for (const word of words) if (ONLY_FOREIGN.has(word)) return true
  return false
}

/** `isEnglish`: whether a word is one of English or of the registry. */
export function isForeign(text: string, isEnglish: (word: string) => boolean): boolean {
  if (!hasOnlyAscii(text) && (isMostlyOtherScript(text) || /[¿¡]/.test(text))) return true
  let foreign = 0
  let english = 0
  for (const [at, written] of (text.match(LETTERS) ?? []).entries()) {
    const word = written.toLowerCase()
    // Capitals within a sentence are names: "La Casa de Papel".
    const isName = at > 0 && written !== word
    if (BOTH.has(word)) english += isEnglish(word) && word.length > 1 ? 0.25 : 0
    else if (FOREIGN.has(word)) foreign += isName ? 0.5 : 1
    else if (isEnglish(word)) english += 1
    // Names have their signs in capitals: Müller.
    else if (BEYOND_ASCII.test(word)) foreign += isName || at === 0 ? 0.5 : 1
  }
  return foreign >= 0.5 && foreign >= english && (foreign >= 1 || english === 0)
}
