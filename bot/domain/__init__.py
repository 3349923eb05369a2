"""What an incident, its evidence and its postmortem are. Pure: values in, values out."""
