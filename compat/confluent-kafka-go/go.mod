module kampa/compat/confluent-kafka-go

go 1.24

require (
	github.com/confluentinc/confluent-kafka-go/v2 v2.11.1
	kampa/compat/go v0.0.0
)

replace kampa/compat/go => ../go
