"""How complete, valid, unique, fresh and joined the data are."""
