"""What mail programs write around quoted mail, in the languages they speak.

Phrases are in lower case with straight apostrophes. Adding a language means adding its words to these tables.
"""

# The verb of "On ... wrote:".
WROTE = (
    "wrote|writes|schrieb|schreibt|geschrieben|a écrit|écrit|ha escrit|va escriure|escribió"
    "|escribio|escreveu|ha scritto"
    "|schreef|skrev|skrifaði|kirjoitti|kirjutas|napisał|napisała|napisał\\(a\\)|pisze|napsal"
    "|napsala|napsal\\(a\\)|napísal"
    "|napísala|napísal\\(a\\)|napisao|napisala|napisal|написал|написала|написал\\(а\\)|пишет|писал|писали|писала|пише"
    "|написав|написала|написав\\(ла\\)|написа|írta|a scris|έγραψε|yazdı|đã viết|menulis|rašė"
    "|rakstīja|כתב|כתבה|כתב/ה|كتب"
    "|نوشت|เขียน"
)
# The same where words are not parted by spaces.
WROTE_UNSPACED = "写道|寫道|写到|書きました|のメール|作成|작성"

# How such a line begins, when it does not begin with the date or the name.
OPENERS = (
    "on|am|le|el|il|lo|op|den|em|no dia|a|w dniu|dnia|dne|dňa|dana|på|pada|vào|ngày|în|la|data|στις|την|на|в|во|у|вы"
    "|missatge de|בתאריך|ב|في"
)

# Someone telling a story rather than a program naming the writer.
FIRST_PERSON = "I|we|я|мы|ich|wir|nous|yo|nosotros|eu|nós|jag|vi|ja|my"

FROM, DATE, TO, SUBJECT, OTHER = range(5)

_LABELS = {
    FROM: (
        "from|von|de|da|van|från|fra|lähettäjä|od|от|от кого|отправитель|від|від кого|feladó|de la|expéditeur|remitente"
        "|remetente|afzender|kimden|gönderen|发件人|寄件者|寄件人|差出人|送信者|보낸 사람|보낸사람|من|מאת|από|từ|dari"
        "|подател|pošiljatelj|pošiljalac|nuo|saatja|mittente|absender|avsändare|afsender|avsender|nadawca|odesílatel"
    ),
    DATE: (
        "date|sent|gesendet|datum|envoyé|envoyé le|date d'envoi|enviado|enviado el|enviada em|enviado em|enviada|fecha"
        "|data|inviato|data invio|verzonden|skickat|skickades|sendt|dato|lähetetty|päivämäärä|päiväys|wysłano|odesláno"
        "|odoslané|отправлено|дата|дата отправки|надіслано|відправлено|küldve|elküldve|dátum|trimis|gönderildi|tarih"
        "|gönderme tarihi|发送时间|发送日期|日期|時間|时间|寄件日期|傳送日期|送信日時"
        "|日時|日付|보낸 날짜|날짜|תאריך|נשלח"
        "|تاريخ|تم الإرسال|التاريخ|ημερομηνία|αποστολή|στάλθηκε|ngày|đã gửi|tanggal|dikirim|изпратено|poslano|posláno"
        "|išsiųsta|nosūtīts|saadetud|message du|sent date|posted"
    ),
    TO: (
        "to|an|à|a|para|aan|naar|till|til|vastaanottaja|do|komu|кому|címzett|către"
        "|kime|alıcı|收件人|收件者|宛先|받는 사람"
        "|받는사람|אל|إلى|προς|đến|kepada|untuk|до|prima|za|kam|kellele|destinatario"
        "|destinatário|destinataire|empfänger"
        "|získava|получатель|получатели|одержувач"
    ),
    SUBJECT: (
        "subject|betreff|objet|sujet|asunto|assunto|oggetto|onderwerp|ämne|emne|aihe|temat|předmět"
        "|predmet|тема|tárgy|subiect"
        "|konu|主题|主題|主旨|件名|제목|נושא|الموضوع|θέμα|chủ đề|tiêu đề|perihal|subjek|относно|zadeva|tema|teema|re"
    ),
    OTHER: (
        "cc|bcc|kopie|копия|скрытая копия|копія|kopia|kopi|másolatot kap|másolat|copie à|copie|copia|cópia|kopio|bilgi"
        "|抄送|副本|참조|עותק|importance|wichtigkeit|priorität|importancia|importância|priority|важность"
        "|attachments|attachment|anlagen|pièces jointes|вложения|reply-to|reply to|antwort an|répondre à|organization"
        "|organisation|categories|sender|message-id|в копии|высокая важность"
    ),
}
LABELS = {label: role for role, labels in _LABELS.items() for label in labels.split("|")}

# Between rows of dashes: what follows is another mail.
SEPARATORS = (
    "original message|original appointment|original mail|original email|forwarded message|forwarded by|forwarded mail"
    "|reply message|quoted message|original-nachricht|originalnachricht|ursprüngliche nachricht|ursprüngliche mail"
    "|urspr. nachricht|weitergeleitete nachricht|message d'origine|message original|message initial"
    "|message d'origine|message transféré|mail original|mensaje original|mensaje reenviado|mensagem original"
    "|mensagem encaminhada|mensagem reencaminhada|messaggio originale|messaggio inoltrato|oorspronkelijk bericht"
    "|oorspronkelijk e-mailbericht|doorgestuurd bericht|ursprungligt meddelande|originalmeddelande"
    "|vidarebefordrat meddelande|opprinnelig melding|videresendt melding|oprindelig meddelelse|original meddelelse"
    "|videresendt meddelelse|alkuperäinen viesti|välitetty viesti|edelleenlähetetty viesti|oryginalna wiadomość"
    "|wiadomość oryginalna|wiadomość przekazana dalej|przekazana wiadomość|treść oryginalnej wiadomości|původní zpráva"
    "|původní e-mail|přeposlaná zpráva|pôvodná správa|исходное сообщение|оригинальное сообщение|пересылаемое сообщение"
    "|пересланное сообщение|пересылаемое письмо|пересланное письмо|перенаправленное сообщение"
    "|первоначальное сообщение|исходное письмо|вихідне повідомлення|оригінальне повідомлення|переслане повідомлення"
    "|пересланий лист|eredeti üzenet|továbbított üzenet|mesaj original|mesajul original|mesaj redirecționat"
    "|orijinal ileti|orijinal mesaj|özgün ileti|iletilen mesaj"
    "|yönlendirilmiş ileti|原始邮件|邮件原件|转发邮件|转发的邮件"
    "|原始郵件|轉寄郵件|轉寄的郵件|元のメッセージ|元のメール|転送メッセージ"
    "|転送されたメッセージ|원본 메시지|원본 메일|전달된 메시지"
    "|הודעה מקורית|הודעה שהועברה|الرسالة الأصلية|رسالة معاد توجيهها|αρχικό μήνυμα|προωθημένο μήνυμα|thư gốc"
    "|tin nhắn gốc|pesan asli|pesan terusan|izvorna poruka|originalna poruka|izvirno sporočilo|оригинално съобщение"
    "|препратено съобщение"
)
# The same without dashes, ending in a colon.
FORWARD_BEGINS = (
    "begin forwarded message|anfang der weitergeleiteten nachricht|anfang der weitergeleiteten e-mail"
    "|début du message réexpédié|début du message transféré|inicio del mensaje reenviado"
    "|início da mensagem reencaminhada|inizio messaggio inoltrato|begin doorgestuurd bericht"
    "|vidarebefordrat brev|начало переадресованного сообщения|початок пересланого листа|početak prosleđene poruke"
    "|początek przekazywanej wiadomości|začátek přeposílané zprávy|开始转发的邮件|转发的邮件开始|転送されたメッセージ"
)

# "Sent from my ..." up to the device, and the devices and programs that say so.
SENT_FROM = (
    "sent (?:from|via|with|using)|gesendet (?:von|mit|über|aus)|diese nachricht wurde von|von meinem|von mein"
    "|envoyé (?:de|depuis|à partir de|à partir d'|avec|via)"
    "|enviado (?:desde|do|da|de|a partir|através|via|pelo|com|con)|inviato (?:da|dal|con|dall)"
    "|verzonden (?:vanaf|met|via|vanuit)|verstuurd (?:vanaf|met|via)|skickat (?:från|med)|skickad från"
    "|sendt (?:fra|med|via)|lähetetty|wysłan[eoay] (?:z|ze|przez|za)|odesláno (?:z|ze|pomocí)"
    "|odoslané (?:z|zo)|отправлено (?:с|из|через|от)|отправлен[оа] (?:с|из)|послано (?:с|из)"
    "|надіслано (?:з|із|зі)|відправлено (?:з|із|зі)|küldve|elküldve"
    "|trimis (?:de pe|din|de la)|iphone'umdan|发自我的|发自"
    "|發自我的|從我的|从我的|나의|נשלח מ|נשלח מה|أرسلت من|أرسل من|στάλθηκε από|gửi từ|được gửi từ|dikirim dari"
    "|изпратено от|poslano (?:z|iz|s|sa)|poslato (?:sa|s)|išsiųsta iš|nosūtīts no|saadetud"
)
GET_APP = (
    "(?:get|télécharge[rz]|obtenez|obtener|obter|scarica|hämta|hent|hanki|pobierz|скачать)"
    " (?:outlook|bluemail|typeapp|spark)"
)
DEVICES = (
    "iphon\\w{1,4}|ipad\\w{0,3}|ipod|mac|apple|device|android|samsung|galaxy|huawei|honor"
    "|xiaomi|redmi|mi phone|poco|oppo|vivo|oneplus|pixel"
    "|nokia|lumia|sony|xperia|lg|motorola|moto|htc|blackberry|windows|outlook|mail.ru|яндекс|yandex|yahoo|gmail|gmx"
    "|web.de|proton|protonmail|hotmail|почты|пошти|mail (?:for|pour|für|para|per|voor"
    "|для)|mobil|mobile|mobilgerät|mobiltelefon|handy|phone|cellphone"
    "|smartphone|tablet|телефона|смартфона|планшета|мобильного|мобильной|моего|айфона|orange|laposte|k-9|thunderbird"
    "|spark|airmail|mailbird|em client|superhuman|aol|seznam|myмail|mymail|tutanota|fastmail|zoho|puhelimesta"
)

# The word of farewell above a name.
CLOSINGS = (
    "(?:best|kind|kindest|warm|warmest|with|many|all the)?\\s*(?:best |kind |warm )?regards|best wishes|all the best"
    "|(?:yours )?(?:sincerely|faithfully|truly)|sincerely yours|cheers|respectfully|cordially"
    "|mit freundlichen? gr(?:ü|ue)(?:ß|ss)en?"
    "|(?:freundliche|viele|beste|liebe|schöne|herzliche)n? gr(?:ü|ue)(?:ß|ss)e?n?|mfg|vg|lg|hochachtungsvoll"
    "|(?:bien |très )?cordialement|(?:meilleures |sincères )?salutations|bien à vous|un saludo|(?:un )?saludos?"
    "(?: cordiales)?|atentamente|cordialmente|atenciosamente|(?:com os )?(?:melhores )?cumprimentos|cordiali saluti"
    "|distinti saluti|(?:met )?(?:vriendelijke |hartelijke )?groet(?:en)?|mvg"
    "|(?:med )?(?:vänlig(?:a)? )?hälsning(?:ar)?"
    "|(?:med )?(?:venn?lig )?hilsen|mvh|(?:ystävällisin )?terveisin|pozdrawiam(?: serdecznie)?|z poważaniem"
    "|z wyrazami szacunku|s pozdrav(?:em|om)|s úctou|с уважением|с (?:наи)?лучшими пожеланиями|всего доброго"
    "|всего наилучшего|искренне ваш|з повагою|з найкращими побажаннями|üdvözlettel|tisztelettel|cu stimă|cu respect"
    "|saygılarımla|saygılarımızla|此致|祝好|敬具|trân trọng|hormat saya|с уважение|поздрави|lep pozdrav|lijep pozdrav"
    "|srdačan pozdrav|pagarbiai|ar cieņu|lugupidamisega|με εκτίμηση|בברכה|مع تحياتي"
)
