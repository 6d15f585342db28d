module example.com/package-name

go 1.24
