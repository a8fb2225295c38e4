// Package integration tests the journals of package sqljournal on the
// databases themselves: SQLite in a file, and a PostgreSQL server that the
// tests start in a temporary folder and stop again. It is a module of its own,
// so that nobody who uses the library gets a driver with it.
//
// PostgreSQL is found through PATH or where distributions put it. Without it
// its tests are skipped, unless the environment says O2C_REQUIRE_SERVERS=1:
// then they fail.
package integration
