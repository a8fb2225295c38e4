// Package stockcmd is what the order desk's promise, allocate and backorder commands do
// with a file: it makes a stock of what the file says is there and asks it what the file
// asks.
//
//	{
//	  "now":   "2026-03-02T09:00:00Z",
//	  "sites": [{"id": "BER", "zone": "Europe/Berlin", "cutoff": "15:00", "processing": 1}],
//	  "items": [{
//	    "item": "PUMP", "safety_stock": 5,
//	    "on_hand": [{"quantity": 10}],
//	    "receipts": [{"document": "PO-1", "due": "2026-03-07", "quantity": 30}]
//	  }],
//	  "reservations": [{"key": "order 7", "lines": [{"item": "PUMP", "date": "2026-03-09", "quantity": 8}]}],
//	  "demands": [{"id": "1", "item": "PUMP", "quantity": 35, "partial": {"at_most": "any"}}]
//	}
//
// Beside demands there can be claims, which compete, backorders, which are served anew,
// and an order that several sites may ship; each command takes the parts that it is about.
// Where a file has one site only, nothing else has to name it. A name that has no place is
// refused with its path.
package stockcmd
