// Command tiny is built by the tests of the toolchain in place of something that takes a quarter of an hour.
package main

import "os"

func main() { os.Stdout.WriteString("tiny\n") }
