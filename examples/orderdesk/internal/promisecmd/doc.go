// Package promisecmd is what the order desk's promise commands do. Replay takes a year of
// sold lines as demands, against supply that it generates, and tells what was promised,
// what was kept, and how long answers took.
//
// Orders are promised line by line, reserved as a whole, committed, and shipped when
// their day comes. What cannot be promised waits, first come, first served, until
// supply is known that covers it. Cancellations give back what has not shipped and return
// what has. Supply is bought by reorder points from what was ordered before; every
// eighth purchase order is late, and every sixteenth comes short. All of it is decided by
// the stream and the seed alone.
package promisecmd
