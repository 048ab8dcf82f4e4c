"""Labels that come from elsewhere or go there: tables, Label Studio's JSON, folders."""
