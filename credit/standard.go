package credit

// StandardRules returns the rules that a host can start from and change: a new slice each time. Thresholds are the
// usual ones of the trade; a business sets its own.
//
//	blocked          holds: the account, or one above it, is blocked
//	limit-exceeded   holds: exposure with the order is above a limit that it may come up to
//	limit-reached    holds: exposure with the order reaches a limit that it must stay below
//	limit-expired    holds: the last day of the limit has passed
//	overdue-share    holds: more than 30% of receivables is over 30 days past due
//	overdue-oldest   holds: an item is more than 60 days past due
//	terms-changed    holds: the order has other payment terms than the account
//	cover-expired    warns: the insurance no longer counts
//	utilisation      warns: 90% of a limit or more is used
//	watch            warns: the account is watched
//	new-customer     warns: nothing was ever invoiced to the account
func StandardRules() []Rule {
	const high, usual, low = 100, 50, 10
	return []Rule{
		{
			ID: "blocked", Name: "Account is blocked", Group: "account", Priority: high,
			When: `blocked`,
			Then: Effect{Action: Hold, Code: "blocked", Text: "account {account} is blocked: {note}"},
		},
		{
			ID: "limit-exceeded", Name: "Limit exceeded", Group: "limit", Priority: high,
			When: `comparison == ">" && exposureAfter > limit`,
			Then: Effect{
				Action: Hold, Code: "limit-exceeded",
				Text: "short by {short}: exposure {exposure} and {needed} of the order against the limit {limit} of account {account}",
				Fix:  "get {short} paid or deposited, raise the limit, or approve the order",
			},
		},
		{
			ID: "limit-reached", Name: "Limit reached", Group: "limit", Priority: high,
			When: `comparison == ">=" && exposureAfter >= limit`,
			Then: Effect{
				Action: Hold, Code: "limit-reached",
				Text: "exposure {exposure} and {needed} of the order come to {exposureAfter} and reach the limit {limit} of account {account}",
				Fix:  "get open items paid, raise the limit, or approve the order",
			},
		},
		{
			ID: "limit-expired", Name: "Limit expired", Group: "limit", Priority: usual,
			When: `limitExpired`,
			Then: Effect{
				Action: Hold, Code: "limit-expired", Text: "the limit {limit} of account {account} was valid until {limitUntil}",
				Fix: "review the account and set the limit anew",
			},
		},
		{
			ID: "overdue-share", Name: "Too large a share overdue", Group: "overdue", Priority: usual,
			When: `level == 0 && oldestDays > 30 && overdueOver30 > receivables * rate("30%")`,
			Then: Effect{
				Action: Hold, Code: "overdue-share",
				Text: "{overdueOver30} of {receivables} receivable is more than 30 days past due, more than 30%",
				Fix:  "get the overdue items paid",
			},
		},
		{
			ID: "overdue-oldest", Name: "An item too long overdue", Group: "overdue", Priority: usual,
			When: `level == 0 && oldestDays > 60`,
			Then: Effect{
				Action: Hold, Code: "overdue-oldest", Text: "the oldest open item is {oldestDays} days past due, more than 60",
				Fix: "get the item paid or settle what is disputed",
			},
		},
		{
			ID: "terms-changed", Name: "Payment terms differ", Group: "order", Priority: usual,
			When: `level == 0 && order.terms != "" && order.terms != terms`,
			Then: Effect{
				Action: Hold, Code: "terms-changed",
				Text: "the order asks for payment terms {order.terms}, agreed are {terms}",
				Fix:  "give the order the agreed terms, or approve it",
			},
		},
		{
			ID: "cover-expired", Name: "Insurance expired", Group: "limit", Priority: low,
			When: `coverExpired`,
			Then: Effect{Action: Warn, Code: "cover-expired", Text: "the cover of account {account} was valid until {coverUntil}"},
		},
		{
			ID: "utilisation", Name: "Limit nearly used", Group: "limit", Priority: low,
			When: `utilisation >= rate("90%") && short == nil`,
			Then: Effect{Action: Warn, Code: "utilisation", Text: "{utilisation} of the limit {limit} of account {account} is used"},
		},
		{
			ID: "watch", Name: "Account is watched", Group: "account", Priority: low,
			When: `watch`,
			Then: Effect{Action: Warn, Code: "watch", Text: "account {account} is watched: {note}"},
		},
		{
			ID: "new-customer", Name: "New customer", Group: "account", Priority: low,
			When: `level == 0 && newCustomer`,
			Then: Effect{Action: Warn, Code: "new-customer", Text: "nothing was ever invoiced to account {account}"},
		},
	}
}
