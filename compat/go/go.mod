module kampa/compat/go

go 1.24
