module bulkhead.dev/tests/tiny

go 1.26.0
