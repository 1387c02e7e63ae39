"""What mail servers say when they refuse a mail, in the languages that they speak; `phrases` searches for it.

Order counts: what is said about the sender comes first, for "sender address rejected: user unknown" is not about the
recipient; then special words; general ones such as "blocked" and "does not exist" last. Phrases are lower case and
parted by ";". A "*" stands for up to forty characters of anything.
"""

from tickets.mail.parsing.bounces.causes import Cause

# fmt: off
VOCABULARY: tuple[tuple[Cause, str], ...] = (
    (Cause.BLOCKED, """
        helo command rejected; invalid helo; bad helo; my name was rejected; helo name; ehlo name; invalid ehlo
    """),
    (Cause.NETWORK, """
        host not found, try again; nxdomain domain name not found; temporary lookup failure
    """),
    (Cause.VIRUS, """
        virus detected; contains a virus; infected with; malware; virus found; viruses were; mcspamsignature;
        your message was infected; due to a virus; virus *detected; virus in; infected by; вирус; virus gefunden;
        contient un virus; attachment type is not allowed due to; potentially executable; ウイルス;
        your file has been infected; message rejected: virus; virus content
    """),
    (Cause.AUTHENTICATION, """
        dmarc; spf record; spf check; spf fail; spf validation; spf (sender policy; fails spf; failed spf; spf: fail;
        sender policy framework; dkim; unauthenticated email; unauthenticated mail; bad spf;
        fails to pass authentication; does not have authentication information; message does not pass authentication;
        is not allowed to send mail from; not allowed to send from; not authorized to send mail on behalf;
        domain's owner policy; did not pass authentication checks; email authentication; spf hard fail;
        sender id (pra) not permitted; mail authentication
    """),
    (Cause.NO_REVERSE_NAME, """
        reverse dns; ptr record; no ptr; rdns; reverse lookup; reverse hostname; reverse mapping; dns ptr;
        cannot find your hostname; cannot find your reverse; cannot resolve your address; cannot get fqdn;
        ip name lookup failed; unresolvable relay host name; does not have a reverse; no reverse;
        ip address has no ptr; client host rejected: cannot find; client host name; fix reverse;
        all mail servers must have a ptr; must have a ptr; missing reverse; invalid ptr; domain name in reverse;
        sender ip must resolve; fcrdns; dynamic/residential; generic ptr; missing a ptr; mismatches client ip;
        does not resolve to
    """),
    (Cause.NOT_COMPLIANT, """
        not rfc 5322; rfc 5322; rfc5322; rfc 2822; rfc2822; rfc 822 compliant; missing 'from' header;
        messages with multiple * addresses in from; messages missing a valid message-id; missing a valid;
        duplicate header; messages without; multiple from; header compliant; missing from:; bare <lf>; bare lf;
        this message is not rfc; violates rfc
    """),
    (Cause.REJECTED, """
        not a member of; not member article; you are not allowed to send; sender address rejected; sender rejected;
        sender was rejected; sender verify; sender denied; sender refused; unroutable sender; domain of sender address;
        invalid sender; sender unknown; unknown sender; bad sender; mail from * rejected; rejected mail from address;
        server rejected mail from; sender domain; sender is not; sender not; address of sender; backscatter;
        sender address has been blacklisted; sender is unverified; no permission to send; sendernotauthenticated;
        sender is invalid; from address; envelope sender; can't determine purported responsible address;
        domain * does not exist in dns; restricted to; your email to group; mail server will only accept mail from;
        access denied (in reply to mail from; you are not allowed to post;
        may not exist, or you may not have permission; sender restrictions; you do not have permission to send;
        sender email address; return address; invalid domain, see; denied [bouncedeny]; domain of sender;
        email address is on senderfilterconfig list; sender blocked; from a non-existent;
        not authorized from this sender; only accepts mail from; the sender's; fail to verify empty; null sender;
        empty envelope senders not allowed; is not allowed to send to; sending address not accepted;
        sender's mail exchanger; sender verification; 5.7.0 permission denied; google groups
    """),
    (Cause.MAILBOX_FULL, """
        number of messages in recipient's mailbox exceeded; enough space; destinataire pleine; user account is full;
        over its quota; mailbox is over; maximum mailbox; over storage quota; recipient inbox full; inbox full;
        full mailbox; storage space; mailbox full; mailbox is full; mailbox over quota; over quota; over-quota;
        overquota; quota exceeded; exceeded quota; exceeds quota; quota exceed; exceed the quota; exceeding quota;
        quota full; out of quota; exceeded storage; storage allocation; storage limit; exceeds allowed size;
        exceeded the space; exceeded his/her; exceed mailbox; mailbox exceeds; mailbox size limit;
        mailbox has exceeded; maildir over; insufficient disk space; not enough storage; disk quota; disc quota;
        too much mail data; has too much mail; inbox is full; user is over; user over; user has exceeded;
        account is full; mail box full; mbox is full; is over the maximum allowed quota; delivery failed: over quota;
        local user quota; exceeded the quota; has exceeded its; quota violation; account is overquota;
        message store is full; recipient overquota; mailfolder is full; mailbox is out of space;
        recipient reached disk quota; outofstorage; out of storage; no space left in mailbox; user's mailbox is full;
        would exceed mailbox; is over disk quota; reached disk quota; quota is full; mailbox space not enough;
        mailbox data; mailbox has reached; exceeded allowed storage; ящик переполнен; ящик получателя переполнен;
        квота; переполнен; postfach voll; postfach ist voll; speicherplatz; boîte pleine; boite pleine;
        boîte aux lettres pleine; quota dépassé; buzón lleno; buzón está lleno; cuota; caixa de correio cheia;
        caixa cheia; casella piena; casella di posta piena; quota superata; skrzynka pełna; przepełniona; postvak vol;
        postvak is vol; kota aş; メールボックスがいっぱい; 容量; メールボックスに余裕がありません; 邮箱已满;
        邮箱空间不足; 사서함; mailboxfull; quotaexceeded
    """),
    (Cause.MAILER, """
        x-unix
    """),
    (Cause.LIMIT_EXCEEDED, """
        message length exceeds administrative limit; exceeds administrative limit; size limit of the mailbox;
        length exceeds; message size exceeds the mailbox; sent to too many; message too large for this recipient;
        administrative message size; resolver.rst.sendsizelimit; resolver.rst.recipsizelimit;
        message header size exceeds
    """),
    (Cause.TOO_BIG, """
        taille limite; message too big; message too large; message is too large; message is too big; mail size limit;
        size limit; exceeds maximum; message size exceeds; exceeded maximum; maximum message size; max message size;
        too large; message exceeded max; exceeds fixed; exceeds the maximum; larger than the; message file too big;
        too big; size exceeds; file exceeds; mail zu groß; nachricht ist zu groß; trop volumineux; message trop grand;
        demasiado grande; muito grande; troppo grande; слишком большой; слишком большое; превышает; サイズ;
        line limit exceeded; exceeds size limit; message length
    """),
    (Cause.HAS_MOVED, """
        has moved; no longer on server; has been replaced; user has moved; account has moved; moved to;
        address has changed; address changed; has changed his; has changed to; user not local; mailbox * relocated;
        recipient no longer; replaced by; no longer valid, please use; new address is
    """),
    (Cause.SUSPENDED, """
        temporarily limited; on suppression list; suppression list; disabled or discontinued; is discontinued;
        archived recipient; destinataire archivee; account disabled; account is disabled; account has been disabled;
        account inactive; account is inactive; account is locked; account locked; account suspended;
        account is suspended; account has been suspended; account not activated; mailbox disabled; mailbox is disabled;
        mailbox suspended; mailbox frozen; mailbox is frozen; mailbox is inactive; inactive mailbox; mailbox inactive;
        mailbox currently suspended; user suspended; user is suspended; user is inactive; inactive user; user disabled;
        disabled user; temporarily disabled; email account that you tried to reach is disabled; inactive account;
        not active; recipient suspend; is currently suspended; boite du destinataire archivee;
        boîte du destinataire archivée; mailbox unavailable or access denied; invalid/inactive;
        user account * disabled; account expired; vdelivermail: account is locked; vacationing; domain suspended;
        suspended; account blocked; аккаунт заблокирован; ящик заблокирован; account is blocked; konto ist gesperrt;
        konto gesperrt; compte désactivé; cuenta desactivada; conta desativada; deactivated; has been deactivated;
        deaktiviert; mailaccount is disabled; account closed; temporarily inactive; disabled recipient;
        mailbox is not active
    """),
    (Cause.USER_UNKNOWN, """
        not listed in public; recipnotfound; nosuchuser; unknown or illegal alias; illegal alias;
        unknown or invalid destination; does not have a mailbox; user unknown; unknown user; no such user;
        user not found; user doesn't exist; user does not exist; user not exist; unknown recipient; recipient unknown;
        recipient not found; recipientnotfound; no such recipient; invalid recipient; recipient does not exist;
        recipient doesn't exist; recipient invalid; recipient not exist; recipient address unknown;
        recipient is not local; recipient name is not recognized; bad recipient; no such mailbox; no mailbox;
        mailbox not found; mailbox does not exist; mailbox doesn't exist; mailbox unknown; unknown mailbox;
        invalid mailbox; mailbox not present; bad mailbox; no such address; address unknown; unknown address;
        address does not exist; address doesn't exist; address invalid; invalid address; invalid user; bad address;
        bad user; address not found; address couldn't be found; email account that you tried to reach does not exist;
        account does not exist; account doesn't exist; no such account; account not found; account unknown;
        unknown account; not a known user; inactive email address; not a valid user; not a valid mailbox;
        not a valid recipient; not a valid address; not a valid email; not our customer; no valid recipients;
        no valid recipient; not a registered gateway user; undeliverable address; no local mailbox;
        no mailbox by that name; sorry, no mailbox here; no mailbox here by that name; name is not recognized;
        can't find that user; no person; not known here; not known to us; unknown virtual; user has left;
        user no longer; does not have a yahoo; does not have an email account; no user by that name; no one here by;
        no one by that name; nobody here; destination addresses were unknown;
        delivery to the following recipients failed; directory service error; rcpt (*) does not exist;
        email address is not found; invalid final delivery userid; user missing home; recipient no found;
        cannot find user; no alias; incorrectly addressed; domino ディレクトリには見つかりません; 宛先不明;
        メールアドレスが存在; empfänger unbekannt; unbekannter empfänger; unbekannter benutzer; benutzer unbekannt;
        existiert nicht; adressat unbekannt; destinataire inconnu; utilisateur inconnu; adresse inconnue;
        destinataire invalide; adresse d au moins un destinataire invalide; usuario desconocido; usuario no encontrado;
        destinatario desconocido; no se ha encontrado; usuário desconhecido; usuário não encontrado; destinatário não;
        não encontrado; destinatario sconosciuto; utente sconosciuto; nie istnieje; nie znaleziono;
        onbekende gebruiker; bestaat niet; okänd; ukjent; kullanıcı bulunamadı; пользователь не найден;
        пользователя не существует; нет такого пользователя; неизвестный пользователь; получатель не найден;
        такого ящика нет; несуществующ; не зарегистрирован; користувача не; 收件人不存在; 用户不存在; 收件人地址不存在;
        무효; 존재하지; not our user; invalid local; listed in domino directory;
        recipient address rejected: access denied; user doesn't have a * account
    """),
    (Cause.NOT_ACCEPTING, """
        indicated no smtp service; null mx; nullmx; does not accept mail; does not accept any mail;
        doesn't receive email; host/domain does not accept; does not accept incoming;
        smtp protocol returned a permanent error; malformed or unexpected name server reply;
        name server: .: host not found; host does not receive mail; domain does not accept; not accept email;
        does not run mail; couldn't find a mail exchanger; could not find a mail exchanger
    """),
    (Cause.NETWORK, """
        dns query failed; hop count exceeded; too many hops; mail loop; loops back to myself; loops back to me;
        mail forwarding loop; routing loop; loop detected; looping; too many received; message looping;
        malformed name server reply; maximum hop count; could not connect; was unable to connect; couldn't establish;
        establish an smtp connection; no route to host; network is unreachable; network unreachable; network error;
        connection refused; connection reset; connection lost; lost connection; connection dropped;
        host is unreachable; connection closed; host name lookup failure; temporary lookup failure; hop limit;
        exceeded maximum hop; error in reading; unable to contact; protocol error: connection
    """),
    (Cause.HOST_UNKNOWN, """
        mx records point to non-existent; nonexistent domain; non-existent domain; nonexistentdomain;
        all host address lookups failed permanently; host lookup did not complete; domainnonexistent; host unknown;
        unknown host; host not found; domain not found; domain does not exist; domain doesn't exist; no such domain;
        unknown domain; domain is not reachable; domain unknown; invalid domain; unrouteable mail domain;
        unroutable mail domain; bad destination host; couldn't find any host; could not find any host; no mail host;
        name or service not known; host does not exist; nxdomain; domain name not found; unrouteable domain;
        couldn't find mx; mail domain mentioned in email address is unknown; mail domain;
        no matches to nameserver query; has no mx; no mx record; server does not exist; recipient domain must exist;
        no such host; destination host; illegal host/domain; domain is unknown; destination server not found;
        bad destination system; recipient address rejected: domain; unbekannte domain; domäne nicht gefunden;
        domain nicht gefunden; domaine inconnu; domaine n'existe; dominio no existe; dominio desconocido;
        dominio inesistente; domínio não existe; домен не найден; домен не существует; не удалось найти домен;
        domena nie istnieje; ホストが見つかりません; ドメインが; 域名不存在; host or domain name not found;
        host * not found; unrouteable address; unroutable address; domain name * not found; name service error for
    """),
    (Cause.SPAM, """
        spam; junk mail; junkmail; bulk mail; unsolicited; high probability of; content has been identified;
        spamassassin; considered as unwanted; message looks like; looks like it might be; caught as;
        suspicious message; advertis; spamhaus content; phishing; message is likely; спам; not rfc compliant: probable;
        content scanner; rejected by content; rule imposed mailbox access; message content is not acceptable;
        blacklisted url; message filtered; cyren; mailchannels
    """),
    (Cause.BLOCKED, """
        client host rejected; client host blocked; banned sending ip; block list; blocklist; blacklist; black list;
        black-list; dnsbl; rbl; spamhaus; spamcop; barracuda; sorbs; senderbase; your ip; ip address; sending ip;
        ip blocked; ip is blocked; your host; your server; your network; your mail server; bad reputation;
        poor reputation; low reputation; reputation; mail from * blocked; connection refused by; refused to talk to me;
        listed in; listed at; listed on; is listed; host refused; my name was rejected; bad helo; invalid helo;
        access denied. ip; domain is blocked; has been blocked; been banned; banned; connections from your;
        not accepted from; unusual rate; unusual amount; unusual traffic; unusual sending; service refuse;
        connexion refusee; adresse ip; no access from mail server; access from ip; blocked by; blocked using;
        blocked -; mail server at * blocked; too many spams; cannot accept mail from your; temporarily deferred due to;
        user complaints; permanently deferred; dynamic ip; greylist; graylist; greylisted; blocked for
    """),
    (Cause.TOO_MANY, """
        frequency limited; trop de connexions; unexpected volume; too many connection; too many recipients;
        too many concurrent; too many messages; too many errors; too many emails; rate limit; rate-limit; ratelimit;
        throttl; too many smtp; connection rate; exceeded the rate; too fast; too frequently; maximum number of;
        exceeded the maximum number; connection limit; daily limit; receiving mail too quickly;
        receiving mail at a rate; too many mails; too many session; hourly; trop de; limit on the number of;
        sending limit; recipients per; per hour; per day; recipient limit; slow down; limit reached; messages per
    """),
    (Cause.POLICY, """
        policy reasons; denied by policy; policy violation; violates policy; due to policy; local policy; policies;
        policy; prohibited; content rejected; blocked file; extension is not; not allowed to receive;
        restricted attachment; rule rejected; header and content; disallowed; we do not accept;
        because the recipient is not accepting mail; refused due to content; message refused; email not accepted;
        mail rejected for; closed mailing; attachment type; attachments
    """),
    (Cause.FILTERED, """
        recipient preferences; each of the following recipients was rejected; refused by recipient;
        rejected by recipient; recipient rejected your; is not accepting any mail; not accepting any messages;
        rejected due to recipient; blocked by recipient; recipient has blocked;
        rejected by the recipient domain filter; this-message-rejected; domain filter; recipient refused;
        recipient refuses; user reject; user refuses; user refused; message rejected by recipient;
        due to extended inactivity; is only accepting mail from; user has blocked; rejected by user;
        you have been blocked by the recipient; mailbox unavailable: recipient; resolver.rst.notauthorized;
        resolver.rst.auth; not permitted to receive; recipient filter; address is configured to reject; 受信拒否;
        because the recipient is only; not accepting mail; has restricted; the recipient * restricted;
        doesn't accept messages from
    """),
    (Cause.USER_UNKNOWN, """
        mailbox unavailable; mailbox not available; mailbox is unavailable; mailbox isn't; could not be found;
        couldn't be found; wasn't found; was not found at; was not found; no account; is not a valid; not listed in;
        unknown local; no longer exist; doesn't have a; does not have a; is unknown; does not exist; doesn't exist;
        not exist; not found in domino; no existe; n'existe pas; address error; unable to find; invalid destination;
        not available; 見つかりません; 宛先が; 存在しません; ユーザーが; nicht gefunden; inexistant; no se encontró;
        não existe; non esiste; non trovato; nieznany; niet gevonden; finns inte; findes ikke; neexistuje;
        не существует; не найден
    """),
    (Cause.NO_RELAY, """
        isn't in my list of allowed rcpthosts; not in my list of allowed rcpthosts; trying to use me;
        relay access denied; relaying denied; relay denied; relay not permitted; relaying not permitted;
        not permitted to relay; unable to relay; no relaying; relaying is not; relay is prohibited;
        relaying prohibited; not allowed to relay; we do not relay; relay operation rejected; insecure mail relay;
        relaying mail to * is not allowed; cannot relay; don't relay; relaying to; this is not an open relay;
        specified domain is not allowed; ретрансляция; this system is not configured to relay; relay
    """),
    (Cause.MAILER, """
        procmail; | /; |/; "|; pipe to; command died; command failed; exit code; exit status; status 69; status 99;
        mailer error; return code; child process; command time limit; local mailer; mailer died; delivery program
    """),
    (Cause.SYSTEM_FULL, """
        mail system full; no space left; disk full; insufficient system; out of disk; system storage; not enough disk;
        insufficient disk; insufficient system storage; requested mail action aborted: exceeded storage
    """),
    (Cause.EXPIRED, """
        timed out; timeout; time out; retry time; time limit; delivery attempts; delivery expired;
        delivery time expired; message expired; has been in the queue; in queue too long; queue too long;
        could not be delivered for; undeliverable for; was not delivered within; still being retried; will be retried;
        delivery failed 20 attempts; has expired; expired; delayed; too long; still undelivered;
        not yet been delivered; message was undeliverable after; unable to deliver * after; for more than; retries;
        giving up; no answer from; delivery attempt; max retry; maximum retry; время ожидания;
        не удалось доставить в течение; zeitüberschreitung; délai; tiempo de espera; tempo limite;
        warning: could not send; too old; did not accept our requests to connect; was aborted after;
        requests to connect; could not find a gateway
    """),
    (Cause.SECURITY, """
        access denied; authentication required; authentication failed; must authenticate; not authenticated;
        permission denied; security reasons; security violation; security policy; not authorized; not authorised;
        unauthorized; smtp auth; tls; certificate; starttls; log in; authorization; encryption; account security;
        authenticat; password
    """),
    (Cause.CONTENT, """
        headers too large; header error; 8bit; 8-bit; conversion; charset; improper; malformed; encoding; improperly;
        subject header; message header; invalid header; utf8; line too long; message content; mime error; body type
    """),
    (Cause.SYNTAX, """
        syntax error; command not recognized; command unrecognized; unrecognized command; bad sequence; need rcpt;
        not implemented; protocol error; out of sequence; invalid command; unexpected command; command rejected;
        bad command
    """),
    (Cause.SYSTEM, """
        service unavailable; service currently unavailable; service not available; local configuration error;
        local error; configuration error; server error; internal error; system error; i/o error; input/output error;
        system resources; temporarily unavailable; out of memory; temporary failure; temporary error; try again later;
        operational problem; resources temporarily; interrupted system call; please try later; lookup failure;
        could not be completed; can't create; cannot open; can not open; server configuration; software error;
        proxy session setup failed; unable to accept; processing error; transaction failed; queue file write error;
        server busy; too busy; duplicated message-id
    """),
    (Cause.USER_UNKNOWN, """
        recipient address rejected; address rejected; recipient rejected; rejected recipient
    """),
    (Cause.HOST_UNKNOWN, """
        dns error; dns lookup failure
    """),
)
# fmt: on
