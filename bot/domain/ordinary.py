"""Words that are also people's names. A name on these lists alone is no proof that a person is meant.

Collected by hand from English given names and surnames that are ordinary words, months, places or
colours, from words of the trade, and from software and companies whose names are names of people.
"""

from __future__ import annotations

_WORDS = """
abbot ace acre ada admin agent ai alarm alert all alma alpha alright amber an and angel any api apple april
arch archer are ariel art as ash at august aurora autumn baker ball band bank banks barber barn base basil
bass bay beach bean bear beck bell berry best beta bill bird bishop black blaze bliss block blue bolt bond
book booth boss bot bowl box boy brain branch brand brandy brave briar bridge bright brook brown buck bud
bug bugs build bunny burger burn burns bush butler buy byte cache camp can candy cannon car card carpenter
carter case cash castle cedar chance chandler channel charity chase check chef cherry chip christian church
city clay clement client cliff clock close closer cloud clover cluster coach coal coast code colt commit
cone contact cook cool cooper copper coral core corn cosmo count cox crane crash cream creed crew crisp cron
crow crown crystal cube cup curry dash data dawn day days deal dean debug dee degraded deleted delta deploy
dev devops diesel do dock dollar dot dove down draw dream drew duke earl early earth east eden edge egg
elder ember engineer english error errors eve even event fail failed fails fair faith falcon fall farmer
fell fern field fields file finance fine finn fire first fish fisher flag flash fleet flint flood flow
flower flowers fly ford forest forge fork foster fox frank frankly free french friday friend frost fuller
gage gaming gap garden garland gate gates gem gene general german ginger glass glen glory go gold golden
gone good grace grain grant gray green grey grid ground grove guest guild gun guru guy hack hall ham han
hand happy harbor hard harden hardy harmony hart haven hay hazel he head health heart heath heaven hello
help herb hero hick high hill hills hit holiday home honey hood hook hope hopper horn hosts house howl hunt
hunter ice in incident info infra ink iris iron is isle it ivory ivy jack jade jan jar jasmine jay jet jewel
job john journey joy judge july june junior just justice keen key keys king kit knight know lace lad lake
lamb lambert lance land lane lark last latch latency laurel law lead leader leaf leal lee leech leeway
legend level lever liberty life light lights lily lime line link lion little live load lock log logs london
long loop lord love low loyal luck lucky lux lynx machine mack magic main major mall man manager manly mans
many maple march mark marker marks marsh mason master mate max may me mean melody memory mercy merit merry
metric metrics miles miller mills ming mint miracle mix mobile model moderator mole monday monitor moon
moral more morning moss most mount my navy neat need net network never new newman news nice nick night no
noble node none noon north nose note nova now null oak ocean of off office oh olive on oncall one onyx op
open ops or oracle orange orchid order osprey otter outage owl own ox pace page pager paine paint palm pan
park parker parks parsley pass past pat patch patience payments peace peach peak pearl peer penny pepper
person phoenix piece pierce pike pilot pin pine pip piper pit pitt platform play plum pod point polish polo
pond pool poppy port porter post potter pound power pratt precious pretty price pride prime prince proctor
product prosper proud pull purple push queen quest queue quick quill rabbit race rain ram ranch range raven
ray razor read reader ready real reason red redirect reed reef release remedy remy render request response
rice rich richer ride ridge right ring rise river rivers road robin robot rock rocky rod roman rome root
roots rope rose rosy rouge round router rove row rowan royal ruby rue rule run runner rush russet rust rusty
sable sad sage sail sailor saint sales salt sand sands sandy santa saturday savage save saved scarlet school
scout sea seal season secret security see self senior sense senseless sequoia serene server service session
set shade sharp shell sherry shield ship shore short sidecar sierra silver simple singer sir site skip sky
slack slate slice slot slow small smart smith snow so sol solo son song south spark sparrow speed spencer
spider spike spring squire sre stable stack staff stage staging star stark stars state static status steel
step stew still stocks stone storm story strange stream street strong studio study sugar sum summer sun
sunday sunny support surge swan sweet swift syncs system tab table tag tailor tan tank target taylor tea
teal team tech temple tender terra test tester thai the thorn thorne thursday ticket tide tiger time timer
to token top torn towers town trace tracy traffic train travis tree trip tripp true trusty tuck tuesday
turner two uh umber under unique unit unity up upgrade us user vale valley van vance vault verity vice
victor victory vim vine viola violet virtue vista void vulnerable wait wake walker wall wallet walls ward
warden ware warning warrior was washington watch water waters wave way we weaver web webhook wednesday week
well wells west wheel wheeler white wick wild wilder will willow wills win wind winner winter wise wish wit
wolf wonder wood woods word work worker world worth wrath wren yale yard year yes yo york you young yum zen
zero zion zone
"""

_PRODUCTS = """
airflow akamai alertmanager alexa algolia amplitude android angular ansible apache apollo argo asana athena
atlas atlassian aws azure babel bamboo basecamp bazel beam bitbucket bors braintree bugsnag calico carbon
cassandra celery ceph cilium cinder circle cloudflare confluence consul cortex couchbase crossplane cypress
dagster dart darwin datadog debian dell discord django docker druid dynamo dynatrace edison einstein elastic
elixir envoy erlang etcd facebook fargate fastly fedora figma firebase fivetran flannel flask flink fluentd
flux gatsby gerrit git github gitlab google gradle grafana graphite graphql hadoop hashicorp haskell hbase
helm heroku hive honeycomb hudson icinga influx istio jaeger jasper java jenkins jest jetty jira julia
juniper jupiter kafka kepler keycloak kibana kong kotlin kubernetes kustomize lambda lambdatest laravel
launchdarkly linear linkerd linode linux loki looker lua lucene luigi magento mariadb maven maxwell
memcached mercurial mercury meta microsoft mimir mocha mongo mongodb mysql nagios neptune netflix netlify
newrelic nexus nginx node nomad notion okta opentelemetry opsgenie oracle pagerduty pandas parquet pascal
perl phabricator pinot plaid planetscale postgres postgresql postman prefect presto prometheus pulsar pulumi
puppet python quay rabbit rabbitmq rails react redis redshift riak rollbar rook rundeck samza scala segment
selenium sendgrid sentry shopify sidekiq siri slack snowflake solr sonar spinnaker splunk spring sqlite
stripe supabase swarm tableau teams telegraf tempo tensor tesla thanos tomcat tornado traefik trello trino
turing twilio uber ubuntu unleash velero vercel vertica vitess volta vue watson weave webpack windows
wordpress yarn zabbix zendesk zipkin zookeeper zoom
"""

_PARTICLES = (
    "al ap bin da dal de del della den der des di do dos du el la las le les mac mc o st ten ter the "
    "van von y"
)

ORDINARY = frozenset(_WORDS.split())
"""Ordinary words that are also names: a person only where the sentence says so."""
PRODUCTS = frozenset(_PRODUCTS.split())
"""Software and companies: never a person by themselves."""
PARTICLES = frozenset(_PARTICLES.split())
"""Parts of surnames that are no name alone."""

_GIVEN = """
aaron abdul abigail adam adrian agnes ahmad ahmed aisha alan albert alberto alejandra alessandro alexis
alfred alice alicia alina alvaro amanda amir amit amy ana anastasia anders andrea andrei andrej angela anil
anita anja anjali anna anne annette annika anton arjun arnaud arthur arun ashley astrid ayse aziz barbara
bartek beatrice beatriz ben bernardo bettina bianca bjorn bob boris brandon brenda brian bruno camille carla
carlos carmen caroline carsten cecilia chandra chloe claire clara claudia claus clemens colin craig cristina
cynthia dan dariusz dave deepak denis denise dennis derek diana diego dimitri dirk dmitri dmitry dmytro
dorota doug douglas ekaterina elena elisa ella emil emilie emily emma enrique eric erik erika ernesto esther
ethan eva evan evgeny fatima federico felipe felix fernanda fernando filip fiona frederik gary geoff georg
george gerard gianluca gilles gina gloria gonzalo graham greta guido gustavo hannah hans hassan heidi heike
helen helena helga hiroshi hugo ian ibrahim igor ilya ines inga ingrid irene irina isaac ismael ivan jacek
jakub jana janet javier jayden jeff jens jerome jerzy jim joan joana joao joel johan johanna jordan jorge
josh juan juergen julian julie julien jurgen justin justyna kaito karen karin karl karol kasia katja katrin
kavita keith kelly kenji kerstin kevin klaus krishna kristen kristian kristin krzysztof lakshmi lara lars
laura lauren laurent leah lena leon leonie lisa lorenzo louis louise luca lucia lucie luis luisa lukas
lukasz maciej magda manfred manish manon marc marcel marcelo marcin marco marcus marek maria mariana marie
mario marion marius markus marta martha martin martina mary mateo mateusz mathieu matt maurice mauricio
megan mehmet melanie micah michal michele mike miriam mohamed monica monika moritz mustafa nadia nadine
nancy naomi natalia natalie nathalie neha neil nela nicole nikhil nikita nina oleg oleksandr olga omar oscar
otto pablo paolo paul pavel pedro perrine pete peter petr petra pierre piotr pooja priya priyanka rafael
rafal rahul rajesh ravi renata ricardo rohan roland rosa ross ruben rudolf ruth ryan sabine sabrina salma
sam sandra sanjay santiago sara sarah satoshi scott sean sergio shane shannon sharon shreya silvia simon
simone slawomir sofia sonia sonja sophie stacy stefania stephane steve sunil suresh susanne sven sylvia
szymon takashi tamara tanja tara tariq tatjana teresa tereza thibault thierry thorsten tiago tim timo tom
tomas tomasz tony torsten ulrich ulrike ursula uwe vanessa vera vijay vikram viktor virginia vishal wei
wendy werner wojciech wolfgang xavier yan yasmin ying yoko yoshi youssef yuki yusuf yvonne zofia
"""

_NICKNAMES = """
alexander alex lex sasha xander
alexandra alex lexi sasha sandra
alexandre alex
alejandro alex ale
alison ali
andrew andy drew
andreas andi andy
anthony tony
antonio tony toni
antoine tony
benjamin ben benny
bernard bernie
catherine cathy kate cat katie
charles charlie chuck chaz
charlotte charlie lottie
christian chris
christina chris tina chrissy
christine chris tina
christopher chris kit topher
christoph chris
daniel dan danny
danielle dani
david dave davy
deborah deb debbie
dominic dom nic
donald don donny
dorothy dot dottie
edward ed eddie ted ned
eduardo edu eddy
eleanor ellie nora
elizabeth liz beth lizzie betty eliza
emily em emmy
eugene gene
ezekiel zeke
florian flo
francesca fran
francis frank fran
francisco paco fran
frederick fred freddie
gabriel gabe
gabriella gabi
gerald gerry jerry
giovanni gio
giuseppe beppe
gregory greg
guillermo guille
harold harry hal
henry hank harry
ignacio nacho
isabella bella izzy
jacob jake
jacqueline jackie
james jim jimmy jamie
jeffrey jeff
jennifer jen jenny jenn
jeremy jez jerry
jessica jess jessie
johannes jo hannes
john jack johnny jon
jonathan jon jonny
joseph joe joey
jose pepe
josephine jo josie
joshua josh
judith judy
katherine kate kathy katie kat
katarina kat kata
kenneth ken kenny
kimberly kim kimmy
konstantin kostya
lawrence larry laurie
leonard leo len lenny
leonardo leo
lucas luke
ludwig lutz
madeleine maddie
manuel manu
margaret maggie meg peggy marge
matthew matt matty
matthias matze matt
matteo teo
maximilian max
maximillian max
melissa mel
michael mike mick mikey micha
mikhail misha
miguel migue
mohammed mo
muhammad mo
nathaniel nate nat
nathan nate
nicholas nick nico nicky
nicolas nico nick
nikolai kolya nik
olivia liv
oliver olli ollie
pamela pam
patricia pat trish patty
patrick pat paddy
peter pete
philip phil
phillip phil
philippe phil
rachel rach
raymond ray
rebecca becky becca
richard rich rick dick ricky
robert bob bobby robbie bert
roberto beto rob
ronald ron ronnie
samantha sam sammy
samuel sam sammy
sebastian seb basti
sebastien seb
sergei serge
stefan stef
stephanie steph stef
stephen steve
steven steve
susan sue susie
svetlana sveta
tatiana tanya
theodore ted theo teddy
thomas tom tommy thom
timothy tim timmy
tobias tobi
valentina val
valerie val
veronica vero ronnie
victor vic
victoria vicky tori
vincent vince vinny
vladimir vlad vova
walter walt
wilhelm willi
william will bill billy liam willy
yuri yura
zachary zach zack
yevgeny zhenya
"""


def nicknames() -> dict[str, tuple[str, ...]]:
    """Given name → the short forms people use for it, all lower case."""
    rows = [line.split() for line in _NICKNAMES.strip().splitlines()]
    return {row[0]: tuple(row[1:]) for row in rows}


def given_names() -> frozenset[str]:
    """Common given names and their short forms that are no ordinary word and no product."""
    known = {name for row in _NICKNAMES.strip().splitlines() for name in row.split()}
    return frozenset((known | set(_GIVEN.split())) - ORDINARY - PRODUCTS)
