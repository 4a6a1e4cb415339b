"""What other tools call our columns: names in common use, and the exports of single vendors.

Data only. Names are compared without capitals, blanks and signs (`Order ID` is `orderid`). The
first name of a row that a file has is taken. Vendors' headers are those that their public code
and documentation state; where a vendor's headers are not known, it is not listed.
"""

from __future__ import annotations

from dataclasses import dataclass, field

_ACCOUNT = (
    "accountid account companyid company organizationid organisationid organization organisation "
    "orgid accountname companyname groupid"
)
_CUSTOMER = (
    "customerid customer custid userid user contactid personid clientid householdid memberid "
    "subscriberid buyerid externaluserid"
)
_CURRENCY = "currency currencycode isocurrency"

NAMES: dict[str, dict[str, str]] = {
    "accounts": {
        "account_id": "accountid account companyid organizationid organisationid orgid clientid id "
        "accountname companyname company name",
        "name": "name accountname companyname organizationname account company",
        "industry": "industry sector branch vertical",
        "employees": "employees numberofemployees employeecount headcount companysize staff",
        "annual_revenue_amount": "annualrevenueamount annualrevenue revenue turnover",
        "country": "country billingcountry officelocation hqcountry countryregion",
        "plan": "plan plantier tier subscriptionplan",
        "arr_amount": "arramount arr annualrecurringrevenue",
        "renewal_on": "renewalon renewaldate renewsat contractend contractenddate",
        "owner": "owner accountowner companyowner accountmanager ownerid",
        "parent_account_id": "parentaccountid parentid parentcompany subsidiaryof parent",
        "currency": _CURRENCY,
    },
    "customers": {
        "customer_id": f"{_CUSTOMER} id recordid",
        "account_id": _ACCOUNT,
        "name": "name fullname customername username displayname",
        "email": "email emailaddress mail",
        "signed_up_on": "signedupon signupdate signedup signupat registeredat registrationdate "
        "createdate createdat createddate joinedat joindate customersince",
        "country": "country countryregion countrycode billingcountry",
        "city": "city town",
        "birth_year": "birthyear yearofbirth yob",
        "gender": "gender sex",
        "income_amount": "incomeamount income annualincome",
        "plan": "plan plantier tier subscriptionplan",
        "acquisition_channel": "acquisitionchannel channel originalsource referralsource leadsource "
        "utmsource",
        "job_title": "jobtitle title position",
        "buying_role": "buyingrole hsbuyingrole role",
        "currency": _CURRENCY,
    },
    "products": {
        "product_id": "productid sku stockcode productcode itemid articleid id product productname "
        "name",
        "name": "name productname title description product",
        "category": "category productcategory series department group family",
        "price_amount": "priceamount price listprice salesprice unitprice",
        "cost_amount": "costamount cost unitcost cogs",
        "stage": "stage lifecyclestage",
        "launched_on": "launchedon launchdate launched releasedate introduced",
        "retired_on": "retiredon retired discontinuedon enddate",
        "currency": _CURRENCY,
    },
    "orders": {
        "order_id": "orderid orderno ordernumber order invoiceno invoiceid invoicenumber invoice "
        "transactionid basketid receiptid receiptno saleid purchaseid",
        "line": "line lineno linenumber lineid orderline lineitem linenr",
        "customer_id": _CUSTOMER,
        "ordered_at": "orderedat orderdate orderedon ordertime invoicedate transactiontimestamp "
        "transactiondate purchasedate purchasedat createdat timestamp datetime date day time",
        "product_id": "productid stockcode sku itemid productcode articleid asin product item",
        "quantity": "quantity qty units numberofcds numberofitems pieces count",
        "revenue_amount": "revenueamount revenue linerevenue linetotal linevalue amount "
        "salesvalue salesamount sales ordervalue totalprice total netamount dollarvalue value "
        "spend",
        "margin_amount": "marginamount margin grossmargin profit grossprofit",
        "channel": "channel saleschannel orderchannel",
        "currency": _CURRENCY,
    },
    "subscriptions": {
        "subscription_id": "subscriptionid subscription contractid id",
        "account_id": _ACCOUNT,
        "customer_id": _CUSTOMER,
        "plan": "plan plantier planname tier product",
        "started_on": "startedon startdate start startedat currentperiodstart createdat created",
        "ended_on": "endedon enddate end endedat canceledat cancelledat churneddate churndate",
        "mrr_amount": "mrramount mrr monthlyrecurringrevenue monthlycharges monthlyprice amount",
        "currency": _CURRENCY,
    },
    "events": {
        "event_id": "eventid messageid usageid id uuid insertid",
        "customer_id": f"{_CUSTOMER} distinctid anonymousid",
        "account_id": _ACCOUNT,
        "event": "event eventname eventtype action activity name type",
        "feature": "feature featurename module",
        "occurred_at": "occurredat timestamp eventtime eventtimestamp time usagedate createdat "
        "date datetime day",
        "properties": "properties props eventproperties attributes payload",
    },
    "feedback": {
        "feedback_id": "feedbackid reviewid ticketid tweetid postid commentid messageid "
        "churneventid sourceid id",
        "customer_id": f"{_CUSTOMER} requesterid authoremail author reviewernickname",
        "account_id": _ACCOUNT,
        "source": "source sourcetype via",
        "occurred_at": "occurredat createdat createddate created submittedat submitteddate "
        "reviewdate customerresponsedate responsedate tweetcreated churndate date timestamp "
        "datetime",
        "title": "title subject headline reviewtitle summary",
        "text": "text feedbacktext body content comment comments review reviewtext feedback "
        "verbatim message description answer",
        "rating": "rating starrating stars score npsscore satisfactionscore",
        "language": "language lang reviewerlanguage",
        "url": "url link permalink reviewlink",
    },
    "responses": {
        "response_id": "responseid respondentid submissionid answerid id",
        "question_id": "questionid question fieldid item",
        "survey_id": "surveyid survey surveyname formid",
        "customer_id": f"{_CUSTOMER} email emailaddress externaldatareference",
        "answered_at": "answeredat collectedat submittedat submitdateutc submitdate "
        "customerresponsedate responsedate enddate recordeddate completedat createdat timestamp "
        "date",
        "kind": "kind fieldtype questiontype type",
        "value_number": "valuenumber score numericvalue",
        "value_text": "valuetext value answer textvalue",
    },
    "activities": {
        "activity_id": "activityid engagementid taskid eventid id",
        "account_id": _ACCOUNT,
        "customer_id": _CUSTOMER,
        "kind": "kind type activitytype",
        "occurred_at": "occurredat activitydate date timestamp createdat createddate",
        "subject": "subject title name",
    },
    "deals": {
        "deal_id": "dealid opportunityid recordid id",
        "account_id": f"{_ACCOUNT} associatedcompanyids",
        "name": "name dealname opportunityname",
        "product_id": "productid product sku",
        "stage": "stage dealstage stagename status",
        "amount": "amount closevalue value dealvalue dealamount",
        "probability_share": "probabilityshare probability winprobability",
        "opened_on": "openedon createdate createddate createdat engagedate opendate startdate",
        "closed_on": "closedon closedate closedat closeddate",
        "won": "won iswon",
        "currency": _CURRENCY,
    },
    "spend": {
        "channel": "channel source medium platform utmsource",
        "campaign_id": "campaignid campaign campaignname utmcampaign",
        "day": "day date spendon week dateweek",
        "spend_amount": "spendamount spend cost amount",
        "impressions": "impressions views",
        "clicks": "clicks linkclicks",
        "leads": "leads conversions",
        "currency": _CURRENCY,
    },
    "touches": {
        "touch_id": "touchid id visitid",
        "customer_id": _CUSTOMER,
        "channel": "channel source medium utmsource touchpoint",
        "campaign_id": "campaignid campaign utmcampaign",
        "touched_at": "touchedat timestamp date time occurredat visitedat createdat",
    },
    "exposures": {
        "experiment_id": "experimentid experiment testid test experimentname",
        "customer_id": f"{_CUSTOMER} unitid unit",
        "account_id": _ACCOUNT,
        "variant": "variant variation arm treatment testgroup cell segment group",
        "exposed_at": "exposedat exposuretime firstexposure timestamp assignedat date",
    },
    "deliveries": {
        "item_id": "itemid tasknumber taskid issueid issuekey key ticketid id",
        "team": "team owningteam projectcode project squad",
        "kind": "kind type issuetype category",
        "created_on": "createdon createddate created createdat estimateon raisedon",
        "started_on": "startedon starteddate startdate started inprogressdate",
        "finished_on": "finishedon closeddate completedon finished donedate resolved "
        "resolutiondate completed enddate",
        "estimate": "estimate estimatedsize storypoints hoursestimate size",
        "depends_on": "dependson blockedby dependencies",
        "feature_id": "featureid feature epic epiclink parentreferenceid",
    },
    "features": {
        "feature_id": "featureid id key name feature title",
        "name": "name feature featurename title",
        "product_id": "productid product",
        "kind": "kind type",
        "status": "status state stage",
        "need": "need theme problem",
        "segment": "segment audience targetsegment",
        "release_on": "releaseon releasedate targetdate duedate",
        "reach": "reach",
        "impact": "impact",
        "confidence_share": "confidenceshare confidence",
        "effort_low": "effortlow mineffort",
        "effort_likely": "effortlikely effort personmonths",
        "effort_high": "efforthigh maxeffort",
    },
}
"""Names in common use, by table and column."""

UNIT_PRICE = "unitprice priceperunit itemprice singleprice price"
"""With a quantity, what a line is worth."""

WON = ("won", "closed won", "closedwon", "closed_won")
LOST = ("lost", "closed lost", "closedlost", "closed_lost")

WORDS: dict[tuple[str, str], dict[str, str]] = {
    ("customers", "buying_role"): {
        "evaluator": "influencer",
        "budget_holder": "decision_maker",
        "end_user": "user",
        "executive_sponsor": "champion",
    },
    ("responses", "kind"): {"categorical": "choice"},
    ("activities", "kind"): {"task": "note", "e_mail": "email", "meetings": "meeting"},
}
"""Values that others use, in our words."""


@dataclass(frozen=True)
class Layout:
    """How one vendor's export fills one table."""

    vendor: str
    table: str
    columns: dict[str, str]
    """Canonical column to their headers, the preferred first, parted by `|`; `a.b` is the value
    `b` of the JSON in column `a`."""
    constants: dict[str, str] = field(default_factory=dict)
    note: str = ""


LAYOUTS = (
    Layout(
        "hubspot",
        "customers",
        {
            "customer_id": "Record ID",
            "account_id": "Associated Company IDs|Associated Company|Company Name",
            "name": "First Name + Last Name",
            "email": "Email",
            "job_title": "Job Title",
            "country": "Country/Region",
            "signed_up_on": "Create Date",
            "acquisition_channel": "Original Source",
            "buying_role": "hs_buying_role",
        },
    ),
    Layout(
        "hubspot",
        "accounts",
        {
            "account_id": "Record ID",
            "name": "Company name|name",
            "industry": "Industry",
            "owner": "Company owner",
            "annual_revenue_amount": "annualrevenue",
            "employees": "numberofemployees",
            "country": "country",
        },
    ),
    Layout(
        "hubspot",
        "deals",
        {
            "deal_id": "Record ID",
            "name": "Deal Name|dealname",
            "stage": "Deal Stage|dealstage",
            "amount": "Amount",
            "opened_on": "Create Date",
            "closed_on": "Close Date|closedate",
            "account_id": "Associated Company IDs",
        },
    ),
    Layout(
        "salesforce",
        "accounts",
        {
            "account_id": "Id",
            "name": "Name",
            "parent_account_id": "ParentId",
            "industry": "Industry",
            "annual_revenue_amount": "AnnualRevenue",
            "employees": "NumberOfEmployees",
            "country": "BillingCountry",
            "owner": "OwnerId",
        },
    ),
    Layout(
        "salesforce",
        "deals",
        {
            "deal_id": "Id",
            "account_id": "AccountId",
            "name": "Name",
            "stage": "StageName",
            "amount": "Amount",
            "probability_share": "Probability",
            "opened_on": "CreatedDate",
            "closed_on": "CloseDate",
            "won": "IsWon",
        },
    ),
    Layout(
        "zendesk",
        "feedback",
        {
            "feedback_id": "Id",
            "customer_id": "Requester external id|Requester id",
            "account_id": "Organization",
            "occurred_at": "Created at",
            "title": "Subject",
            "text": "Subject",
        },
        {"source": "ticket"},
        "the CSV export of Zendesk carries the subject only; comments need its JSON export",
    ),
    Layout(
        "intercom",
        "feedback",
        {
            "feedback_id": "id",
            "occurred_at": "created_at",
            "title": "source.subject",
            "text": "source.body",
        },
        {"source": "ticket"},
    ),
    Layout(
        "intercom",
        "customers",
        {
            "customer_id": "User ID",
            "name": "Name",
            "email": "Email",
            "signed_up_on": "Signed up",
            "account_id": "Company name",
        },
    ),
    Layout(
        "app_store",
        "feedback",
        {
            "feedback_id": "id",
            "customer_id": "reviewerNickname",
            "occurred_at": "createdDate",
            "title": "title",
            "text": "body",
            "rating": "rating",
        },
        {"source": "review"},
    ),
    Layout(
        "google_play",
        "feedback",
        {
            "occurred_at": "Review Submit Date and Time",
            "title": "Review Title",
            "text": "Review Text",
            "rating": "Star Rating",
            "language": "Reviewer Language",
            "url": "Review Link",
        },
        {"source": "review"},
        "reviews of Google Play without words go to quarantine: there is nothing to read",
    ),
    Layout(
        "typeform",
        "responses",
        {
            "response_id": "#",
            "answered_at": "Submit Date (UTC)",
        },
    ),
    Layout(
        "surveymonkey",
        "responses",
        {
            "response_id": "Respondent ID",
            "survey_id": "Collector ID",
            "customer_id": "Email Address",
            "answered_at": "End Date",
        },
    ),
    Layout(
        "qualtrics",
        "responses",
        {},
        {},
        "Qualtrics' second and third header rows name the questions",
    ),
    Layout(
        "quackback",
        "feedback",
        {
            "feedback_id": "source_id",
            "customer_id": "author_email",
            "occurred_at": "created_at",
            "title": "title",
            "text": "content|title",
        },
        {"source": "board"},
    ),
    Layout(
        "lighthouse",
        "deliveries",
        {
            "item_id": "ID",
            "team": "Owning Team",
            "kind": "Type",
            "created_on": "Created Date",
            "started_on": "Started Date",
            "finished_on": "Closed Date",
            "estimate": "Estimated Size",
            "depends_on": "Depends On",
            "feature_id": "Parent Reference Id",
        },
    ),
    Layout(
        "segment",
        "events",
        {
            "event_id": "messageId",
            "customer_id": "userId|anonymousId",
            "account_id": "groupId",
            "event": "event|type",
            "occurred_at": "timestamp",
            "properties": "properties",
        },
    ),
    Layout(
        "formbricks",
        "responses",
        {
            "response_id": "submission_id",
            "question_id": "field_id",
            "survey_id": "source_id",
            "customer_id": "user_id",
            "answered_at": "collected_at",
            "kind": "field_type",
            "value_number": "value_number",
            "value_text": "value_text",
        },
    ),
)
"""Exports that are known by name (`--from`)."""

VENDORS: tuple[str, ...] = tuple(sorted({layout.vendor for layout in LAYOUTS}))

NO_QUESTIONS: dict[str, tuple[str, ...]] = {
    "typeform": (
        "Response Type",
        "Start Date (UTC)",
        "Stage Date (UTC)",
        "Network ID",
        "Tags",
        "Ending",
    ),
    "surveymonkey": ("Start Date", "IP Address", "First Name", "Last Name", "Custom Data 1"),
}
"""Columns of survey exports that hold no answers."""
