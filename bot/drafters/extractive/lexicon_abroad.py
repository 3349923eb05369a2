"""The lexicon's signals in German, French, Spanish and Portuguese: words that mean nothing in English.

Fewer phrases than in English, and the rest of the rules reads English only, so that a draft from such a
transcript finds less; `language.foreign_note` tells the reader.
"""

from __future__ import annotations

from bot.drafters.extractive.lexicon import Signal

PHRASES_ABROAD: dict[Signal, str] = {
    Signal.SYMPTOM: """
        ausfall* / ausgefallen / fehler / fehlern / fehlerhaft* / kaputt / störung* / gestört /
        geht nicht / funktioniert nicht / läuft nicht / nicht erreichbar / nicht mehr erreichbar / hängt /
        hängen / abgestürzt / stürzt ab / langsam* / platte voll / platte ist voll / ganz voll /
        speicherplatz / kein platz / können keine / kann keine / nimmt keine / zeitüberschreitung* /
        panne / pannes / erreur* / échou* / échec* / ne marche / ne fonctionne / ne répond / injoignable* /
        indisponible* / bloqué* / lente / plantage* / caído / caída / caídos / no funciona /
        no responde / fallo / fallos / fallando / error en / errores / no disponible / lento / lenta /
        bloqueado / agotad* / fora do ar / não funciona / não responde / falha / falhas / falhando / erros /
        travado / travou / indisponível
    """,
    Signal.SEEN: """
        sehe gerade / sehen gerade / rufen an / gemeldet / meldungen / melden / beschwer* / signalé* /
        signalent / on voit / je vois / vemos / veo / reportan / reportes / vejo / estamos vendo / relatos
    """,
    Signal.CAUSE: """
        ursache / ursachen / grund dafür / liegt an / lag an / lag am / liegt am / wegen / verursacht* /
        ausgelöst / cause racine / à cause / dû à / due à / provoqué* / parce que / causa / causado /
        causada / debido a / provocado / porque / devido a / por culpa
    """,
    Signal.MECHANISM: """
        ursache / liegt an / lag an / lag am / liegt am / wegen / verursacht* / abgelaufen / vergessen /
        fehlte / falsch / falsche / falscher / inaktiv / abgeschaltet / seit der / seit dem / weil /
        cause racine / à cause / dû à / provoqué* / expiré* / oublié* / manquait / debido a / causado /
        provocado / expirad* / olvidamos / faltaba / vencid* / devido a / esquecemos / faltava / porque
    """,
    Signal.HEDGE: """
        vielleicht / vermutlich / wahrscheinlich / könnte / könnten / möglicherweise / eventuell /
        ich glaube / ich denke / ich vermute / scheint / peut-être / probablement / je pense / je crois /
        semble / quizás / quizá / tal vez / probablemente / creo que / parece que / talvez /
        provavelmente / acho que
    """,
    Signal.FINDING: """
        gefunden / zeigt / sagt / bestätigt / stellt sich heraus / herausgestellt / trouvé / confirmé /
        confirme / montre / encontré / encontramos / confirmado / muestra / achei / encontrei / mostra
    """,
    Signal.REFUTED: """
        das ist es nicht / ist es nicht / war es nicht / daran liegt es nicht / nicht die ursache /
        hat nichts gebracht / hilft nicht / ausgeschlossen / ce n'est pas / pas la cause / écarté /
        no es eso / no es la causa / descartad* / não é isso / não é a causa
    """,
    Signal.CORRECTION: """
        korrektur / mein fehler / ich lag falsch / falscher alarm / je me suis trompé /
        me equivoqué / corrección / me enganei / correção
    """,
    Signal.ACTED: """
        neu gestartet / neugestartet / zurückgerollt / ausgerollt / ausgeführt / gelöscht / vergrößert /
        umgeschaltet / eingespielt / deaktiviert / aktiviert / erneuert / behoben / zurückgesetzt /
        redémarré* / déployé* / annulé / désactivé* / augmenté / corrigé* / relancé* / renouvelé* /
        reiniciado / reiniciamos / reinicié / desplegad* / revertid* / revertimos / desactivad* / ampliad* /
        renovad* / aumentamos / corregid* / implantad* / desativad* / reiniciei / corrigid*
    """,
    Signal.ACTING: """
        starte neu / rolle zurück / vergrößere / schaue mir / schau mir / bin dran / kümmere mich /
        on redémarre / je redémarre / je regarde / reiniciando / desplegando / revirtiendo / revisando /
        estou vendo / revertendo
    """,
    Signal.RESOLVED: """
        läuft wieder / laufen wieder / geht wieder / gehen wieder / wieder erreichbar / wieder online /
        wieder da / wieder normal / können wieder / behoben / gelöst / erledigt / rétabli* / résolu* /
        de nouveau / ça marche / tout est revenu / resuelto / resuelta / solucionad* / restablecid* /
        recuperad* / vuelve a funcionar / ya funciona / resolvido / voltou ao normal / normalizado /
        voltou a funcionar
    """,
    Signal.IMPACT: """
        kunden / kundinnen / nutzer / nutzern / filialen / aufträge / bestellungen / betroffen / stunden /
        prozent / utilisateurs / commandes / touché* / clientes / usuarios / usuários / pedidos /
        afectad* / afetad* / horas
    """,
    Signal.IDEA: """
        wir sollten / sollten wir / man könnte / könnten wir / wäre gut / wäre sinnvoll / nächstes mal /
        künftig / on devrait / il faudrait / nous devrions / deberíamos / habría que / podríamos /
        deveríamos / poderíamos
    """,
    Signal.PROPOSAL: """
        wir sollten / sollten wir / man könnte / man sollte / könnten wir / wäre gut / wäre sinnvoll /
        künftig / nächstes mal / on devrait / il faudrait / nous devrions / deberíamos / habría que /
        podríamos / deveríamos / poderíamos / da próxima vez / la próxima vez / la prochaine fois
    """,
    Signal.PLEDGE: """
        ich setze / ich schreibe / ich mache / ich lege / ich erstelle / ich kümmere / ich übernehme /
        ich nehme / ich baue / ich füge / ich ergänze / mache ich / je vais / je m'occupe / je m'en occupe /
        je crée / voy a / me encargo / yo creo el / vou / eu cuido
    """,
    Signal.REMEDY: """
        schwelle / schwellen / checkliste / überwachung / dokumentation / prüfung / skript /
        seuil / surveillance / alerte / alertes / liste de contrôle / umbral / alerta / alertas /
        monitorización / monitoreo / lista de verificación / limiar / monitoramento
    """,
    Signal.SOCIAL: """
        danke / moin / guten morgen / hallo / kaffee / merci / bonjour / salut / gracias / hola /
        buenos días / obrigado / obrigada / bom dia
    """,
    Signal.NEGATION: """
        nicht / kein / keine / keinen / niemand / niemals / nichts / ne / pas / aucun / aucune / jamais /
        ningún / ninguna / nunca / nada / não / nenhum / nenhuma
    """,
    Signal.ASSENT: """
        genau / stimmt / richtig / jawohl / exactement / c'est ça / d'accord / exacto / correcto / sí /
        exatamente / isso mesmo
    """,
}
