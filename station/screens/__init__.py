"""What people see and touch: Kivy screens for the student and the operator. Holds no rules of the domain."""
