package main

// task is a benchmark and what the tables say about it.
type task struct {
	// key is the package and the name of the benchmark.
	key string
	// title says what is done once.
	title string
	// cases tells that the first part of a result's name is a case, not a contender.
	cases bool
	// rate is the unit in which more is better, where that says more than time.
	rate string
	// names says who contenders are, where the benchmark's own names do not.
	names map[string]string
	// remark says, beneath the table, what to make of it.
	remark string
}

func tasks() []task {
	return []task{
		{
			key: "money.Line", title: "an amount: price x quantity, three discounts, one rounding",
			remark: "Integers written by hand beat `money`: they fix the digits in the code, know no currency and look for no overflow.",
		},
		{
			key: "rules.Match", title: "which rules match an order line", cases: true,
			remark: "`rules` finds the rules that can match by an index, so its time hardly grows with the number of rules. The map " +
				"written by hand is the least that such an index can take: its two keys are fixed in the code, and it says nothing " +
				"of why. The loops ask every rule; grule is asked which rules match and executes none. Beyond 10,000 rules the " +
				"loops take many seconds to load and are left out.",
		},
		{
			key: "pricing.Order", title: "price an order", cases: true,
			remark: "Pricing by hand in integers is many times faster: promotions are Go code that nobody else can change, and " +
				"nothing tells afterwards how a price came about.",
		},
		{
			key: "atp.Available", title: "how much can be had on a day", cases: true,
			remark: "For items with few open receipts and reservations a scan over a sorted slice is faster than `atp`, which " +
				"takes a lock and looks for expired holds first. With many it is the other way round: `atp` searches a tree.",
		},
		{key: "atp.Earliest", title: "when a quantity can be had", cases: true},
		{
			key: "x12.Read", title: "read 8 MiB of X12 850s", rate: "MB/s",
			remark: "No other X12 reader for Go was at hand, so reading is compared with cutting the bytes at the separators, which " +
				"checks nothing. o2c reads a stream in 64 KiB; the cuts need all of it in memory.",
		},
		{
			key: "integration.AppendDurable", title: "append events to a journal on SQLite, synced to disk", rate: "events/s",
			names: map[string]string{
				"sqlite/single":  "o2c, one caller, one event at a time",
				"sqlite/grouped": "o2c, 512 callers, four events each time",
			},
			remark: "Appends of many callers go to disk together. The disk decides: compare the two with each other only.",
		},
	}
}
