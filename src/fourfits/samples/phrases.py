"""What people say about each need: skeletons with alternatives in brackets."""

from __future__ import annotations


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.strip().splitlines())


OPENERS = (
    "[Hi|Hello|Good morning|Hi there|Hey].",
    "[Just a quick note|A small thing|One more thing|Some feedback after some months]:",
    "[I have been a customer for a while|We have been with you since spring|Bought from you last year].",
    "[Overall fine, but|Honestly,|To be fair,|As I told your colleague,|Not the first time I write:]",
    "[Dear team|To whom it may concern],",
)

CONTEXTS = (
    "[We drink about ten cups a day|There are four of us|I only make two cups a day].",
    "[It is the same every time|This has been so for weeks|It started after the summer].",
    "[I asked in the chat before|Nobody could tell me more on the phone|I looked through the manual].",
    "[My old one did this better|Friends of mine say the same|A colleague has the same problem].",
    "[Otherwise the coffee is good|The rest is fine|The taste is great though|I like the design].",
)

CLOSERS = (
    "[Thanks|Thank you|Many thanks|Cheers|Regards].",
    "[Please look into it|Can you help|Any news on this|When will this change]?",
    "[Hope this helps|Would be great|That would make my day|Keep it up otherwise].",
    "[Otherwise I will look elsewhere|I am thinking of leaving|Not sure I will stay].",
    "[Waiting for your answer|Please get back to me|Let me know].",
)

ABOUT: dict[str, tuple[str, ...]] = {
    "quiet machine": _lines("""
        The [grinder|pump|machine] is [so|far too|incredibly] [loud|noisy] [in the morning|at six in the morning|].
        [I wake up|It wakes up] [the baby|my flatmate|the whole house] every time [I make coffee|the grinder starts].
        [Could you|Can you please] make the [grinder|machine] [quieter|less noisy]?
        The noise of the [grinder|pump] is [unbearable|hard to stand] in an open kitchen.
        Nobody can hear a [phone call|word] while the machine is [grinding|running].
        It [rattles|vibrates|hums] on the [worktop|counter|table] so much that [the cups move|everything shakes].
        [Sounds|It sounds] like a [drill|tractor|chainsaw|plane taking off] when it grinds.
        We had to move the machine [out of the office|to another room] because of the [noise|sound].
        A quiet mode for [early mornings|meetings|the night] would be [wonderful|perfect].
        [I measured|My phone shows] more than eighty decibels next to the [machine|grinder].
        The [old|previous] model was [much quieter|half as loud].
        Why does the pump make [such a racket|such a loud buzzing sound]?
        [Neighbours|The neighbours] have complained about the [noise|rumbling] through the wall.
        Is there [a mat|a damper|some insulation] against the [vibration|noise]?
        I wish I could make an espresso [silently|without waking everyone|without that sound].
        The [buzzing|humming|whirring] does not stop [even in standby|for minutes after brewing].
        Too loud. [Really|Simply] too loud.
        Great coffee but [the sound level|the volume] is a problem in a small flat.
        [Meetings|Calls] next to the kitchen stop whenever somebody [grinds beans|makes a latte].
        [My ears hurt|I cover my ears] when it [grinds|froths milk].
        It got [louder|noisier] after a few months, now it [squeaks|screeches] as well.
        The steam wand [hisses|shrieks] so [loudly|much] that the dog [runs away|barks].
        Silence would be worth [paying extra|a higher price] to [me|us].
        Put the grinder in a [soundproof|better insulated] housing, [please|it is deafening].
        """),
    "easy cleaning": _lines("""
        Cleaning the [machine|brew group|milk system] takes [ages|far too long|twenty minutes] [every week|].
        [Descaling|Decalcifying] is [a nightmare|such a chore|complicated].
        The drip tray [fills|overflows] [all the time|twice a day] and is hard to [clean|empty].
        There is [mould|old coffee|slime] in the [water tank|grounds container|brew group].
        I wish [the parts|the milk jug] could go in the dishwasher.
        [Milk residue|Old milk] [sticks|dries] in the [tube|frother] and [smells|is impossible to remove].
        Nobody in [the office|our team] wants to clean it.
        The [descaling|cleaning] light [comes on|blinks] [every week|all the time], even after I [descaled|rinsed] it.
        How do I get the [lime|limescale] out of the [boiler|tank]?
        A self cleaning [programme|cycle] would [save|spare] us [a lot of work|so much time].
        It needs [too many|five] steps to rinse the [milk system|brew group].
        You need [a toothbrush|a screwdriver|special tools] to clean [behind the spout|the brewing unit].
        The cleaning tablets [leave|left] [a taste|white residue] in the [next|first] cup.
        [Please make|Make] the brew group removable so that I can [wash|rinse] it under the tap.
        The [grounds|used coffee] [spill|fall] everywhere when I empty the [container|drawer].
        [Dirt|Coffee dust] [collects|gathers] in every [corner|gap] of the housing.
        Every Friday somebody has to [scrub|wipe] the machine for [half an hour|ages].
        It is hard to keep [hygienic|clean] with [so many users|children around].
        [Washing|Rinsing] it after each cappuccino is [annoying|tedious].
        The manual does not say how often I should [descale|clean] with [hard|our] water.
        I spend more time [cleaning|wiping] than drinking.
        The steam wand is always [clogged|dirty], wiping it is [not enough|useless].
        Easy to use but [a pain|horrible] to clean.
        [Filters and descaler|The cleaning products] do not help against the [limescale|build-up].
        """),
    "faster heat-up": _lines("""
        It takes [forever|ages|four minutes|too long] to [heat up|warm up|get ready].
        I have to wait [several|five|three] minutes until [the machine is hot|I can brew].
        [In the morning|Before work] I have no time to wait for [the boiler|it to heat].
        [Why is|Is it normal that] the start [so slow|that slow]?
        The [warm-up|heating] time is [too long|a joke|the only drawback].
        By the time it is [ready|hot] I have [left|missed my train].
        My [old|cheap] machine was ready in [thirty|forty] seconds.
        Waiting for the [boiler|water] to heat for one [cup|espresso] is [silly|frustrating].
        Can I [switch it on|start heating] from bed, so that it is [warm|hot] when I get up?
        The first cup takes [so long|minutes], the second is [quick|fine].
        [Heat|Warm] it up faster, [please|that is all I ask].
        It [cools down|switches off] after ten minutes and then I wait [again|once more].
        A [faster|quick] start would be [a dream|my only wish].
        [Slow|Terribly slow] from cold. [I go and shower meanwhile|I have time for a shower].
        The light [blinks|flashes] for minutes before anything [happens|comes out].
        An [instant|immediate] mode for one espresso [is missing|would be good].
        Between two cups it needs [a long pause|minutes] to [reheat|recover].
        [Visitors|Guests] stand around waiting until it is [warm|ready].
        Steam takes another [two|three] minutes after the [coffee|brewing].
        I leave it on all day because heating takes [so long|an eternity], which [wastes|costs] power.
        Getting from cold to [ready|coffee] should not take [that long|half my break].
        Our break is [ten|fifteen] minutes, the machine needs [half|most] of it to warm up.
        How can I shorten the [preheating|heating] time?
        [Speed|Speed from cold] is what I miss [most|every day].
        """),
    "temperature control": _lines("""
        I want to set the [brew|water] temperature [by the degree|myself].
        The [espresso|shot] comes out [too hot|too cold|lukewarm] [for light roasts|].
        [Light|Nordic] roasts need a higher [temperature|brew temperature] than I can [set|reach].
        The temperature [swings|drifts|varies] by [several|five] degrees [between shots|from shot to shot].
        Please add [PID control|a PID|pressure profiles] to the [barista|home] machine.
        Can I [change|lower|adjust] the [pressure|pre-infusion] for [single origins|dark roasts]?
        I [measured|checked] with a thermometer: [eighty-eight|ninety-eight] degrees at the group [head|].
        [Sour|Bitter] shots, because the [temperature|pressure] is not [stable|adjustable].
        More control over the [extraction|pre-infusion|flow] would [help|be great].
        Three [fixed|preset] temperatures are [not enough|too few] for [an enthusiast|people who care].
        [Profiles|Temperature profiles] per bean would make this the [perfect|best] machine.
        The [grind|dose] is right but without [stable|exact] temperature every shot is [different|a gamble].
        I would love to [dial in|tune] the [temperature|pressure] curve in the app.
        Why can I not [see|read] the [boiler|brew] temperature on the [display|screen]?
        [Competitors|Other machines] let you set [one degree steps|the temperature exactly].
        [Flow|Pressure] control like on [professional|lever] machines [is missing|would be fantastic].
        My [cortado|flat white] is [never|rarely] the same twice, the [heat|temperature] jumps around.
        [After|During] steaming the brew water is [too hot|overheated].
        Let me save the [settings|recipe] of each [bean|roast]: degrees, seconds, grams.
        The offset between [boiler|shown] and real temperature is [large|wrong].
        [Extraction|The extraction] stops at [nine|six] bar whatever I [set|do].
        For [a machine of this price|that money] I expect [precise|exact] temperature.
        Is there a [hidden|service] menu for the [temperature|brew pressure]?
        Tea needs eighty degrees, [coffee|espresso] ninety-three, I get the same for [both|everything].
        """),
    "flexible delivery": _lines("""
        I [cannot|can not find how to] [skip|pause|postpone] a delivery [in the app|].
        We [go|are going] on holiday and the [parcel|box|delivery] comes [anyway|all the same].
        The [subscription|delivery] comes [too often|every two weeks], I still have [three bags|plenty] left.
        Please let me [move|change] the delivery [day|date].
        [Too much|Far too much] coffee arrives [in summer|every month], let me change the [amount|rhythm].
        I ran out because the next [box|parcel] only comes [next week|in ten days].
        [How do I|Where can I] change the [address|interval] of my [subscription|deliveries]?
        The [courier|parcel service] comes when [nobody is home|the office is closed].
        A [calendar|plan] where I can [drag|shift] the deliveries would [help|be nice].
        I would like every [three|five] weeks, but only [two|four] can be chosen.
        [Pausing|Stopping] my coffee subscription [took|needed] three mails to [support|your service].
        We need [more|double] in the weeks with [guests|events] and [less|nothing] in [August|the holidays].
        The parcel was [left outside|returned] because I could not [redirect|move] it.
        Could you send it to a [pick-up point|parcel locker] instead of my [door|home]?
        The order for this month was [charged|shipped] although I had [paused|cancelled] the delivery.
        [Changing|To change] the beans in the next box must be done [five|seven] days ahead, that is [too early|silly].
        I want to [bring forward|delay] a shipment with [one click|a button].
        My [schedule|life] changes, my coffee deliveries [do not|never].
        There should be a [reminder|message] before the box [ships|leaves] so that I can [skip it|change it].
        [Once more|Again] two boxes in [one week|the same week] and then nothing for [a month|weeks].
        Why do I have to [call|write] to [skip|shift] a single [parcel|month]?
        [Delivery|Shipping] on Saturdays or in the evening would suit [me|us] [better|best].
        [Flexible|More flexible] intervals for the subscription [please|would keep me].
        The [cupboard|kitchen] is full of your bags, I need a longer [gap|interval].
        """),
    "fresher beans": _lines("""
        The beans [arrive|come] [weeks|two months] after the roast [date|].
        There is no roast date on the [bag|packet].
        [Stale|Old|Flat] beans again, [no crema|no aroma] [at all|].
        Please [ship|send] within [two|three] days of roasting.
        I want to choose [the roaster|the origin|a lighter roast] of my beans.
        The [choice|selection] of [single origins|light roasts] is [small|boring].
        The last bag tasted [stale|like cardboard|of nothing].
        [More|Some] variety: [Ethiopia|Kenya|Colombia], [washed|natural], from small roasters.
        Your [competitor|local roaster] sends beans [roasted|fresh] the day before.
        The [bag|valve] was [open|leaking] and the aroma [gone|lost].
        [Tasting notes|Origin and altitude] are missing on the [page|label].
        I would pay [more|extra] for [fresh|freshly roasted] beans.
        The [espresso|filter] roast is always [too dark|burnt|oily].
        [Can I get|Do you have] [decaf|half a kilo of decaf] that is [fresh|not stale]?
        Why do you [store|keep] roasted coffee for [weeks|so long] before [shipping|sending]?
        [Fresher|Fresh] beans make all the difference to the [crema|taste].
        A [surprise|different] roaster every month would be [fun|lovely].
        [Roasted|According to the stamp, roasted] in [January|March], delivered [in May|ten weeks later].
        The house blend has [lost|changed] its [flavour|taste] [since summer|lately].
        Smaller bags [stay|keep] fresh, [a kilo|the big one] goes stale before it is [finished|empty].
        I miss [fruity|floral|nutty] coffees in the [shop|list].
        [Print|Put] the day of roasting on the bag, every [good|decent] roaster does.
        The beans were so [dry|old] that the shot ran through in [ten|twelve] seconds.
        Are these beans [from last year|really fresh]? They [taste|smell] of [dust|nothing].
        """),
    "machine rental": _lines("""
        Can I [rent|lease] the machine [instead of buying|for a year]?
        [Three hundred|So much money] at once is [too much|more than I have] [for me|right now|].
        I would like to pay [monthly|in instalments|in small rates].
        A machine [on loan|for rent] with the [subscription|beans] would be [ideal|perfect].
        [We are|I am] only here for [one year|two semesters], buying a machine makes no sense.
        Is there a [monthly plan|lease|rental] with [service|everything] included?
        I cannot [afford|pay] the [machine|whole price] [upfront|at once].
        We would rather [rent|lease] than [buy|put it on our books].
        Do you [offer|have] [a second-hand|a used|a refurbished] machine to [rent|borrow]?
        [Spread|Split] the price over [twelve|twenty-four] months and I [sign|am in].
        [Leasing|Renting] would let us [start|open] without a big [investment|expense].
        The deposit [for|on] the machine is [too high|hard for a student].
        I want to [try|test] the machine at home for [a month|some weeks] before [buying|paying].
        What happens to the [rented|loaned] machine when I [move|move out]?
        [Other|Some] firms give you the machine [for free|on loan] if you buy [their|the] coffee.
        The [purchase|sticker] price keeps [me|us] from [switching|joining].
        A [rent to own|hire purchase] option, [please|would be good].
        For a [new|young] office it is easier to pay [each month|per month] than [all at once|in one go].
        Can we [return|hand back] the machine when [our lease ends|we move]?
        [My|Our] budget allows [fifteen|twenty] a month, not [three hundred|a thousand] today.
        Pay as you go for the [machine|equipment] [would suit|suits] [us|me] best.
        Why must I buy the [machine|hardware]? I only want to [use|borrow] it.
        [Instalments|Monthly payments] without a credit check would be [great|fair].
        I share a flat, nobody wants to [own|buy] the machine, but all would [pay|chip in] monthly.
        """),
    "reliable app": _lines("""
        The app [crashes|freezes|hangs] [every time|when I open it|after the update].
        [Bluetooth|The wifi|The connection] [drops|is lost] [all the time|every day].
        The app does not find the [machine|device] [any more|since the update].
        I have to [pair|connect] the machine [again|anew] every [morning|day].
        [After|Since] the last update [nothing works|the app is dead|login fails].
        It says [offline|not connected] although the [wifi|network] is [fine|strong].
        [Please fix|Fix] the [app|bluetooth], it is [full of bugs|useless].
        The [timer|schedule] in the app [does not start|is ignored|forgets the time].
        [Logged out|I am logged out] [again and again|twice a day] and must type the password.
        The app [drains|eats] the battery of my phone.
        [Loading|Opening] the app takes [ages|half a minute] on my [phone|tablet].
        [Push messages|Notifications] come [hours late|twice|in the wrong language].
        Can I use the machine without the app when the [server|internet] is [down|not there]?
        Error [17|403|unknown], [try again later|please retry], that is all the app [says|shows].
        The [firmware|software] update [got stuck|stopped] at [ninety|forty] percent.
        [My|Our] recipes [vanished|are gone] after I [reinstalled|updated] the app.
        The [new|latest] version is [worse|slower] than the old one.
        It [works|connects] on one phone but not on [the other|my wife's].
        An [app|interface] this [buggy|unstable] should not be [released|sold].
        The display in the app shows [yesterday|wrong values], it does not [sync|refresh].
        Half the time the start button in the app [does nothing|is greyed out].
        [Reconnect|Restart], [reinstall|reset], the same [error|message] again.
        Our router was [changed|replaced] and now the machine will not [join|connect to] the network.
        A stable connection would be [enough|all I need], forget the [gimmicks|new features].
        """),
    "usage dashboard": _lines("""
        We need a [report|dashboard|overview] of [cups|consumption] per [site|floor|machine].
        How many [cups|coffees] does each [office|team|location] drink?
        I have to [type|copy] the [counter|numbers] into a spreadsheet every [month|Friday].
        [Management|Our controller|My boss] asks for the cost per cup and I cannot [answer|tell].
        An [export|excel export|api] of the [usage|consumption] data would [help|save hours].
        [Show|Please show] me which machines are [hardly|never] used.
        I want to see when [beans|supplies] run [low|out] at each [site|location].
        The [statistics|figures] on the [screen|display] cannot be [downloaded|filtered].
        A monthly [report|summary] by mail for [every|each] location, please.
        We [compare|plan] our [sites|floors] and lack the [numbers|data].
        [Is there|Do you have] an [api|interface] to read the [counters|usage]?
        For our sustainability report we need [waste|energy|consumption] [figures|data] per [year|quarter].
        The [dashboard|overview] only shows [last week|one machine at a time].
        [Trends|Peak times] per [hour|weekday] would tell us where a [second|bigger] machine is needed.
        We pay for [ten|twelve] machines and do not know [who uses them|what they are used for].
        Consumption [jumped|doubled] and I cannot see [where|at which site].
        I would like to [filter|group] the usage by [building|cost centre].
        The [report|chart] should compare this [quarter|month] with the [last|one before].
        No [insight|visibility] into what our [locations|sites] consume.
        Ordering supplies is [guesswork|blind] without [usage figures|a forecast].
        [Counting|We count] cups by hand, in [these times|this century], is [odd|absurd].
        Our [facility|workplace] team wants [live|daily] numbers of every [kitchen|coffee corner].
        A [simple|clear] table, site, cups, cost, is all [we want|I need].
        Could the statistics [include|show] [errors|downtime] per machine?
        """),
    "fast repair": _lines("""
        The machine has been [broken|out of order] for [a week|ten days] and [nobody comes|no technician came].
        [When|When exactly] does the [technician|engineer|repair service] come?
        [Waiting|We have been waiting] for a spare part since [Monday|two weeks].
        We need a [replacement|spare machine] while ours is [repaired|at the workshop].
        Your hotline [kept|left] me [waiting|on hold] for [forty|thirty] minutes.
        The [technician|mechanic] came without the [right|needed] part.
        [Two|Three] visits and it still [leaks|does not work].
        An office without coffee for [days|a week] is [not acceptable|a disaster].
        Please [repair|fix] it within [two|three] working days.
        The [pump|valve|grinder] [failed|broke] [again|for the third time], [same fault|same repair].
        [Repairs|A repair] should not take [three weeks|this long].
        I sent it in [a month|five weeks] ago and have [heard|got] nothing.
        The appointment was [cancelled|moved] [at short notice|twice].
        [Water leaks|It leaks] from the [bottom|tank], please send [someone|a technician].
        Is there an [emergency|express] service for [offices|business customers]?
        The repair [costs|bill] were [higher|much higher] than [quoted|promised].
        The warranty [claim|case] has been open for [weeks|a month].
        Nobody [calls back|answers] about the [broken|defective] machine.
        [Service|The service visit] is [slow|far too slow], the colleagues are [angry|drinking tea].
        A ticket from [March|last month] is still [open|in progress].
        The display shows a fault and the [nearest|only] technician is [booked|away] until next week.
        [Guaranteed|A guaranteed] response time would be [worth|important to us|what we need].
        The machine [stopped|died] on Monday and on Friday it is still [dead|not mended].
        Can I get the spare part [myself|by mail] and [change|fit] it?
        """),
    "central billing": _lines("""
        We want one invoice for all [sites|locations|our branches].
        [Eighteen|So many] [invoices|bills] every month are [too much|a mess] for our accounting.
        Our [finance|accounts payable] team books each site's invoice [by hand|separately].
        Please [combine|merge] the [bills|invoices] of all [branches|locations] into one.
        A [single|collective] invoice with [cost centres|purchase order numbers] is [a must|required].
        Without central billing we [cannot|will not] [renew|extend] the contract.
        The [purchase order|cost centre] is missing on the [invoices|bills] of the [sites|branches].
        Our [head office|headquarters] pays for [all locations|everyone], but you bill each [site|branch].
        [E-invoicing|An electronic invoice] in one file for the whole [group|company], please.
        The invoices arrive at [different|eighteen] addresses and get [lost|paid twice].
        Can billing be [centralised|moved to head office] for all our [contracts|sites]?
        We need one [payment|due date|statement] for the [group|whole company].
        Every branch has its own [customer number|billing account], that must [end|be one].
        Our auditors [ask|want] why there are so many [small invoices|bills] from you.
        One contract, one [invoice|bill], one [payment|transfer], is that [possible|so hard]?
        VAT on the [branch|site] invoices is [hard|impossible] to reconcile.
        [Consolidated|Central] billing was promised [at signing|last year].
        The accounting of [eighteen|all] sites' bills costs us [two days|a day] a month.
        Send the [consolidated|monthly] invoice to our [shared service centre|head office].
        Splitting one [invoice|bill] by [cost centre|site] is what [finance|procurement] needs.
        """),
    "user roles": _lines("""
        [Everyone|Anybody] can [change|order] everything, we need [roles|permissions|rights].
        I want to give [site coordinators|the reception] access without [billing|admin] rights.
        Please add [single sign-on|login with our company account|SSO].
        A [former|past] employee can still [log in|order beans].
        We [share|must share] one password [for all|in the whole office], that is [not safe|against our rules].
        [How do I|Can I] add a [second|further] [admin|user] to our account?
        Our IT [department|security team] [demands|asks for] [two factor login|an audit log].
        Interns should [see|view] the orders but not [change|approve] them.
        [Approval|An approval step] for orders above a [limit|certain amount] is missing.
        Only I can [order|invite colleagues], when I am [ill|on leave] nothing [works|happens].
        Separate [logins|accounts] for each [site|location] manager, please.
        Somebody [changed|deleted] our [settings|schedule] and we cannot see who [it was|did it].
        [Rights|Permissions] by [site|team] would be [useful|necessary].
        Can users be [provisioned|created] from our [directory|identity provider]?
        I had to [create|register] every colleague [by hand|one by one].
        Who may [approve|order] what? The [portal|account] does not let me [define|decide] it.
        A read only [role|access] for [finance|accounting] would be [great|enough].
        [Removing|Deleting] a user who left takes [a ticket|a call] to support.
        Our [policy|works council] requires personal [logins|accounts], not a shared one.
        When the office manager [left|changed], we lost [access|the admin account].
        The portal has one [login|role], [large|bigger] companies need [more|several].
        """),
    "praise": _lines("""
        [Love|I love] the coffee, [thank you|keep going].
        [Best|The best] [machine|purchase] I have [ever|] had.
        [Great|Excellent|Very friendly] [service|support], [everything|all] was [easy|quick].
        [Very happy|Fully satisfied] with [everything|my order].
        Works [perfectly|like a charm] since [day one|the first day].
        My [family|team|office] [loves|adores] it.
        [Five stars|Top], would [buy|order] again.
        I [recommend|have recommended] you to [friends|everybody].
        The [espresso|cappuccino] tastes [like in Italy|fantastic].
        [Beautiful|Elegant] design and [good|great] quality.
        [Fast|Quick] shipping, well [packed|wrapped].
        The support was [kind|patient] and solved it [at once|in minutes].
        Nothing to complain [about|].
        [Simply|Just] [good|great].
        After [a year|two years] still [happy|delighted].
        """),
    "other": _lines("""
        [Where|How] do I find my [invoice|order number]?
        I [forgot|lost] my password.
        The [box|packaging] was [damaged|dented] but the content [fine|intact].
        [Is|When is] your shop open on [Saturday|holidays]?
        Please [delete|update] my [data|address].
        I [ordered|got] the wrong [size|colour] and want to [exchange|return] it.
        The discount code [did not work|was refused].
        Do you [ship|deliver] to [Norway|Poland|Switzerland]?
        [Too much plastic|So much cardboard] in the parcel.
        [Which|What] water filter [fits|do I need]?
        Can you send me [a manual|the manual] in [French|Spanish]?
        Your [newsletter|advertising] comes too often.
        I [did not receive|never got] a confirmation.
        Not what I [expected|had hoped for].
        [Meh|So so|Okay|It is fine].
        The colour differs from the [picture|photo].
        Are you [hiring|looking for partners]?
        The [cup|glass] holder is too small for [my mug|tall cups].
        """),
}

TITLES: dict[str, tuple[str, ...]] = {
    "quiet machine": ("Too loud", "Noise in the morning", "Quieter grinder please", "Loud"),
    "easy cleaning": ("Hard to clean", "Descaling", "Cleaning takes ages", "Drip tray"),
    "faster heat-up": ("Slow start", "Waiting for the boiler", "Heat-up time", "Too slow"),
    "temperature control": ("Set the temperature", "Unstable shots", "Profiles", "More control"),
    "flexible delivery": ("Skip a delivery", "Too many boxes", "Change my deliveries", "Holiday"),
    "fresher beans": ("Stale beans", "Roast date", "More choice of beans", "Freshness"),
    "machine rental": ("Rent a machine", "Pay monthly", "Too expensive at once", "Leasing"),
    "reliable app": ("App crashes", "Connection lost", "Bugs", "After the update"),
    "usage dashboard": ("Consumption per site", "We need numbers", "Export", "Reports"),
    "fast repair": ("Broken for days", "Waiting for the technician", "Repair", "Spare part"),
    "central billing": ("One invoice", "Billing of our sites", "Too many invoices", "Accounting"),
    "user roles": ("Permissions", "Shared password", "Roles", "Sign-in"),
    "praise": ("Great", "Happy", "Thank you", "Love it"),
    "other": ("Question", "A question", "Feedback", "Order"),
}
